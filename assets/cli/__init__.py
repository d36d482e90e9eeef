"""The command line ``mirrors``: ``main.py`` lists its commands, the other files say what each does.

A command checks what it is given, calls one function of ``pipeline/`` or ``assets/`` and prints the answer. What only it
needs it imports when it runs, so that the others start at once (``tests/test_startup.py``). Nothing is computed here.
"""
