"""Public: what may be said to everybody of a picture, sentence by sentence, and the forms in which it is said."""
