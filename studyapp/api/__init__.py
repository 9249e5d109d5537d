"""The REST API, version 1: what all of its endpoints share.

Errors of one shape, strict JSON in, quick JSON out, session tokens, throttles, pages of lists and the
schema. The endpoints themselves are in ``quizzes.api`` and ``simulator.api``, which get all this through
the REST framework's settings and so need not import the project.
"""
