"""OpenAlex's API, pure: what to ask, what came, what it says of a document (external APIs 8)."""
