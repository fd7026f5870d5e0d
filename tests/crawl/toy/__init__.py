"""A toy provider, written by following docs/how-to/add-a-provider.md and nothing else."""
