"""ANSWERED: sealed answers of partners to one question, counted from what each of them signed."""
