"""`python -m harvest` is `harvest`."""

from harvest.cli.main import run

if __name__ == "__main__":
    run()
