"""`python -m consilience`."""

from consilience.cli import run

if __name__ == "__main__":
    run()
