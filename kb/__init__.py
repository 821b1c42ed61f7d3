"""What a knowledge base is: its model, its store, the `KnowledgeBase` and its commands."""
