"""What a snippet claims, what it does, and the verdict."""
