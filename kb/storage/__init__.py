"""The database: tables, transactions, reading and writing documents."""
