"""Who is who, written apart from the code: names, phones and numbers, in plain sets."""

from dataclasses import dataclass, field

FIELDS = ("name", "phone", "id_number")
GIVEN = "甲乙丙丁戊"
WRITTEN = ("张", "章", "张  ", "李", "黎")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def numbered(count: int) -> str:
    """An ID number with the sign that checks it; nobody else's."""
    digits = f"11010519491231{count:03d}"
    total = sum(int(one) * weight for one, weight in zip(digits, WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def as_kept(value: str) -> str:
    """How it is kept: of two blanks one."""
    return value.replace("  ", " ")


@dataclass
class IdentityRule:
    """What is known of each record now, and what was ever known of anybody.

    Of a deleted record nothing is known. `chunks` are the rows that named a record, by
    their chunk, `said` is all that was ever said of a record.
    """

    known: dict[str, dict[str, str]] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    said: dict[str, set[str]] = field(default_factory=dict)
    chunks: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    wanted: int = 0

    def learn(self, person: str, **fields: str) -> None:
        """Somebody said this of a record, and it is true from now on."""
        kept = {name: as_kept(value) for name, value in fields.items()}
        known = self.known.setdefault(person, dict.fromkeys(FIELDS, ""))
        known |= kept
        values = {value for value in kept.values() if value}
        self.ever |= values
        self.said.setdefault(person, set()).update(values)
        self.names.setdefault(person, set()).add(known["name"])

    def invent(self, person: str, field: str, choice: int) -> str:
        """Another value that was no other human's."""
        self.wanted += 1
        if field == "name":
            return WRITTEN[choice % len(WRITTEN)] + self.known[person]["name"][-1]
        if field == "phone":
            return f"139{self.wanted:08d}"
        return numbered(self.wanted)

    def delete(self, person: str) -> None:
        self.deleted.add(person)
        self.known[person] = dict.fromkeys(FIELDS, "")
        self.names[person] = {""}

    def living(self) -> list[str]:
        return sorted(self.known.keys() - self.deleted)

    def gone(self) -> set[str]:
        """What was ever said of the deleted, and of nobody who is there."""
        living = {value for one in self.living() for value in self.said[one]}
        return {value for one in self.deleted for value in self.said[one]} - living

    def forbidden(self) -> set[str]:
        """What was said of somebody and is true of nobody any more."""
        true = {value for fields in self.known.values() for value in fields.values()}
        return self.ever - true
