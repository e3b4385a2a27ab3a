"""The regression tables of a data folder as streams for gril: CSV files with a header, target last.

Stationary streams are tables in a shuffled order, drawn once from a seed. Streams in the order of time are as they
were recorded. Drifting streams change their law on the way: the target is negated or shifted, or rows are sorted.
"""

import csv
import gzip
import io
import random
import statistics
import tarfile
from dataclasses import dataclass, field

SEED = 1


@dataclass
class Table:
    """Rows of numbers as text; the last column is the target "y"."""

    columns: list
    rows: list


@dataclass
class Stream:
    """What one run of gril stream reads."""

    name: str
    kind: str  # "stationary", "time" or "drift"
    tables: list = field(default_factory=list)

    @property
    def inputs(self):
        """Features and the intercept."""
        return len(self.tables[0].columns)


def numbered(rows):
    """A table whose columns have no names."""
    return Table([f"x{i}" for i in range(len(rows[0]) - 1)] + ["y"], rows)


def shuffled(table):
    rows = list(table.rows)
    random.Random(SEED).shuffle(rows)
    return Table(table.columns, rows)


def with_target(table, change):
    """The same inputs with another target."""
    return Table(table.columns, [row[:-1] + [repr(change(float(row[-1])))] for row in table.rows])


def halves(table):
    middle = len(table.rows) // 2
    return Table(table.columns, table.rows[:middle]), Table(table.columns, table.rows[middle:])


def selected(text_rows, names, target):
    """Named columns of rows that are dictionaries; rows with an empty cell are left out."""
    rows = [[row[name] for name in names] + [row[target]] for row in text_rows]
    return Table(list(names) + ["y"], [row for row in rows if all(row)])


def gzip_text(path):
    return gzip.open(path, "rt", encoding="utf-8", newline="")


def airfoil(data):
    with open(data / "airfoil/airfoil_self_noise.dat", encoding="utf-8") as file:
        return numbered([line.split() for line in file][1:])


def boston_housing(data):
    with open(data / "boston-housing/housing.data", encoding="utf-8") as file:
        return numbered([line.split() for line in file if line.strip()])


def california_housing(data):
    with gzip_text(data / "california-housing/housing.csv.gz") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name not in ("ocean_proximity", "median_house_value")]
    return selected(rows, names, "median_house_value")


def bike_sharing(data):
    with gzip_text(data / "bike-sharing/hour.csv.gz") as file:
        rows = list(csv.DictReader(file))
    left_out = ("instant", "dteday", "casual", "registered", "cnt")  # casual + registered = cnt
    return selected(rows, [name for name in rows[0] if name not in left_out], "cnt")


def electricity_transformer(data):
    """Oil temperature one hour ahead from the seven values of this hour."""
    with gzip_text(data / "ett/ETTh1.csv.gz") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "date"]
    return Table(names + ["y"], [[now[name] for name in names] + [later["OT"]] for now, later in zip(rows, rows[1:])])


def uci_pbp(data):
    with tarfile.open(data / "uci-pbp/UCI_Datasets.tar.xz") as archive:
        texts = {member.name: archive.extractfile(member).read().decode() for member in archive
                 if member.name.endswith(("/data.txt", "/index_features.txt", "/index_target.txt"))}
    for name in sorted(name for name in texts if name.endswith("/data.txt")):
        folder = name.rsplit("/", 1)[0]
        features = [int(float(text)) for text in texts[folder + "/index_features.txt"].split()]
        target = int(float(texts[folder + "/index_target.txt"].split()[0]))
        rows = [line.split() for line in texts[name].splitlines() if line.strip()]
        yield "pbp " + name.split("/")[1], numbered([[row[i] for i in features + [target]] for row in rows])


def uci_gp(data):
    for path in sorted((data / "uci-gp").glob("*/data.csv.gz")):
        with gzip_text(path) as file:
            yield "gp " + path.parent.name, numbered(list(csv.reader(file)))


def negated_halfway(table):
    first, second = halves(shuffled(table))
    return [first, with_target(second, lambda y: -y)]


def shifted_halfway(table):
    """Three deviations up in the second half."""
    deviation = statistics.pstdev(float(row[-1]) for row in table.rows)
    first, second = halves(shuffled(table))
    return [first, with_target(second, lambda y: y + 3 * deviation)]


def turned_by_and_by(table):
    """The first input counts less and less, then the other way: the target gains c(t) times its standardised value,
    c falling from 2 to -2 target deviations."""
    rows = shuffled(table).rows
    inputs = [float(row[0]) for row in rows]
    mean, spread = statistics.fmean(inputs), statistics.pstdev(inputs)
    deviation = statistics.pstdev(float(row[-1]) for row in rows)
    turned = []
    for place, (row, x) in enumerate(zip(rows, inputs)):
        weight = 2 - 4 * place / (len(rows) - 1)
        turned.append(row[:-1] + [repr(float(row[-1]) + weight * deviation * (x - mean) / spread)])
    return [Table(table.columns, turned)]


def sorted_up_and_down(table):
    """Rows in the order of the first input, up and then down."""
    up = sorted(table.rows, key=lambda row: float(row[0]))
    return [Table(table.columns, up[::2]), Table(table.columns, up[1::2][::-1])]


def drifting(tables):
    kin8nm, power_plant = tables["pbp kin8nm"], tables["pbp power-plant"]
    concrete, protein = tables["pbp concrete"], tables["pbp protein-tertiary-structure"]
    california = tables["california-housing"]
    return [
        ("kin8nm, target negated halfway", negated_halfway(kin8nm)),
        ("concrete, target negated halfway", negated_halfway(concrete)),
        ("california, target negated halfway", negated_halfway(california)),
        ("power plant, target shifted halfway", shifted_halfway(power_plant)),
        ("protein, target shifted halfway", shifted_halfway(protein)),
        ("kin8nm, one weight turns", turned_by_and_by(kin8nm)),
        ("power plant, one weight turns", turned_by_and_by(power_plant)),
        ("protein, one weight turns", turned_by_and_by(protein)),
        ("power plant, sorted by an input", sorted_up_and_down(power_plant)),
        ("airfoil, in file order", [tables["airfoil"]]),
        ("california, in file order", [california]),
    ]


def all_streams(data):
    tables = {"airfoil": airfoil(data), "boston-housing": boston_housing(data),
              "california-housing": california_housing(data)}
    tables.update(uci_pbp(data))
    tables.update(uci_gp(data))
    streams = [Stream(name, "stationary", [shuffled(table)]) for name, table in tables.items()]
    streams.append(Stream("bike-sharing", "time", [bike_sharing(data)]))
    streams.append(Stream("ett, one hour ahead", "time", [electricity_transformer(data)]))
    streams.extend(Stream(name, "drift", parts) for name, parts in drifting(tables))
    return streams


def csv_text(table):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return text.getvalue()
