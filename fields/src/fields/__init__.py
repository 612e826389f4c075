"""What is legal in a field, and its plain form: one rule for every door.

A *written* form is what is kept and shown; a *plain* form is what is compared. A
function that reads a field gives its form back or raises `Illegal`; it never cuts
or drops a character that a person typed, except white space at the ends.
"""

from fields.illegal import Illegal as Illegal
