"""What a document says of itself: title, date, event, economies, organisations, themes."""
