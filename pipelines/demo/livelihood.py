"""Work and loans of a team: people helped in a quarter in, efforts, jobs found and money out."""

from random import Random

Row = dict[str, int]
MILLION = 1_000_000
#: Loans as they are given, in million đồng.
LOANS = (10, 15, 15, 20, 20, 20, 25, 30, 50)
FAMILY, PROPOSED_TOO, PLACED, PLACED_LATER = 0.55, 0.18, 0.2, 0.12
PAID_AGAIN, SECOND = 0.06, 8
SAID_ROUNDLY = 0.3


class Livelihood:
    """One team's year so far: nobody placed without having been helped, nothing paid without a borrower."""

    def __init__(self) -> None:
        self.helped = self.placed = self.borrowers = 0

    def row(self, people: int, borrowers: int, first_quarter: bool, chance: Random) -> Row:
        """a43 to a48 of one quarter; a job is often found a quarter after the effort."""
        if first_quarter:
            self.helped = self.placed = self.borrowers = 0
        waiting = self.helped - self.placed
        family = sum(chance.random() < FAMILY for _ in range(people))
        proposed = people - family + sum(chance.random() < PROPOSED_TOO for _ in range(family))
        placed = sum(chance.random() < PLACED for _ in range(people))
        placed += sum(chance.random() < PLACED_LATER for _ in range(waiting))
        money = sum(chance.choice(LOANS) for _ in range(borrowers)) * MILLION
        if self.borrowers and chance.random() < PAID_AGAIN:
            money += SECOND * MILLION
        self.helped += people
        self.placed += placed
        self.borrowers += borrowers
        return {"a43": people, "a44": family, "a45": proposed, "a46": placed, "a47": borrowers, "a48": money}


def loan_sign(row: Row, chance: Random) -> str:
    """Officers round sums of money down and write "trên" beside them."""
    return ">" if row["a48"] and chance.random() < SAID_ROUNDLY else ""
