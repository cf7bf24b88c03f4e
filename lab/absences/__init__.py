"""A corpus of answers about posts, each with the state that may be said of it: see ``fixtures/absence``.

``labelled`` holds the record and reads the corpus, ``matrix`` judges it, ``recorded`` records from real servers; the
other modules construct answers after documentation. ``python -m lab.absences`` writes what is constructed,
``python -m lab.absences.recorded`` records anew, ``python -m lab.absences.matrix`` prints the confusion matrix.
"""
