"""Measurements that compare: every number is a ratio to something bare, taken in the same run.

Times depend on the machine; ratios much less, because what is compared alternates round by round.
"""
