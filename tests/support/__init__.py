"""What tests share: fakes, builders, servers."""
