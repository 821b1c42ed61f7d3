"""What editors do with documents: review, correct, publish, remove; events and vocabulary."""
