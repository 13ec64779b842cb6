"""Releases: numbered, frozen files of protected numbers, the only ones outsiders may read.

Statistics over base cells, suppression by linear programming, and the attacker that must fail.
"""
