"""Who may do what, sessions, and limits of requests."""
