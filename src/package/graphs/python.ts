/**
 * Python for the card of a package: `pack(rows, preprocess)` gives the inputs of its graphs, as `packRows` does. It needs
 * numpy only. Text in the notation of a template, in which a backslash stands for itself.
 */
export const PACK_IN_PYTHON = String.raw`import datetime, math, re
import numpy as np

def pack(rows, preprocess):
    """Inputs of the graphs, by preprocess.json: of a table from a list of dicts, else from an array."""
    if preprocess["examples"] != "table":
        array = np.asarray(rows, preprocess["dtype"])
        return {preprocess["input"]: array.reshape(-1, *preprocess["shape"])}
    columns = preprocess["columns"]
    widths = {name: sum(c["input"] == name for c in columns) for name in ("numbers", "categories")}
    inputs = {
        "numbers": np.zeros((len(rows), widths["numbers"]), np.float64),
        "categories": np.zeros((len(rows), widths["categories"]), np.int64),
        "mask": np.zeros((len(rows), len(columns)), bool),
    }
    for column in columns:
        name = column["name"]
        if not any(name in row for row in rows):
            raise KeyError(f"no row has the column {name!r}")
        marks = {text.strip() for text in preprocess["missing"] + column.get("missing", [])}
        numbers = {x for x in map(_number, marks) if x is not None}
        for i, row in enumerate(rows):
            value = row.get(name)
            if _is_missing(value, marks, numbers):
                continue
            try:
                inputs[column["input"]][i, column["position"]] = _value(value, column)
            except ValueError as error:
                raise ValueError(f"row {i}, column {name!r}: {error}") from None
            inputs["mask"][i, column["mask"]] = True
    return {name: array for name, array in inputs.items() if array.shape[1] > 0}

def _value(value, column):
    kind = column["kind"]
    if kind == "datetime":
        return _days(value, column.get("dates"))
    if "categories" in column:
        text = _text(value)
        known = column["categories"]
        return known.index(text) if text in known else column["unseen"]
    number = _number(value)
    if number is None or not abs(number) <= 3.4028234663852886e38:
        raise ValueError(f"expected a number, got {value!r}")
    if kind == "positive" and number <= 0:
        raise ValueError(f"expected a number above 0, got {value!r}")
    if kind == "count" and (number < 0 or number != math.floor(number)):
        raise ValueError(f"expected a whole number from 0, got {value!r}")
    return number

def _is_missing(value, marks, numbers):
    if value is None or value is np.ma.masked or value != value:
        return True
    if isinstance(value, str):
        return value.strip() in marks | {""} or (bool(numbers) and _number(value) in numbers)
    return not isinstance(value, (bool, np.bool_)) and _number(value) in numbers

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE)

def _number(value):
    """The number that a value is or writes; None for anything else."""
    if isinstance(value, str):
        text = value.strip()
        return float(text) if _NUMBER.fullmatch(text) else None
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return float(value) if is_number else None

def _text(value):
    """The text form of a category: 3.0, "3" and "3.00" are one, and so are True and "true"."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if not isinstance(value, str):
        return _shortest(float(value)) if _number(value) is not None else str(value)
    text = value.strip()
    if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", text):
        number = float(text)
        return text if number.is_integer() and abs(number) > 2**53 - 1 else _shortest(number)
    return text.lower() if text.lower() in ("true", "false") else text

def _shortest(number):
    """A number as JSON writes it: 3, 0.5, 1e-7."""
    if number == 0 or (number.is_integer() and abs(number) < 1e21):
        return str(int(number))
    digits, _, exponent = repr(number).partition("e")
    if not exponent:
        return digits
    if 1e-6 <= abs(number) < 1e-4:
        return np.format_float_positional(number)
    return f"{digits}e{int(exponent):+d}"

def _days(value, order):
    """Days since 1970, UTC, of a date, a datetime, or a text such as 2024-12-31T23:59:59Z."""
    zone = 0  # milliseconds
    if isinstance(value, str):
        text = value.strip().replace(",", ".")
        parts = re.match(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(.*)", text)
        if parts:
            first, mark, second, year, rest = parts.groups()
            if mark != "." and order is None:
                raise ValueError(f"the order of day and month is open in {value!r}")
            swapped = mark != "." and order == "month-first"
            day, month = (second, first) if swapped else (first, second)
            text = f"{year}-{int(month):02}-{int(day):02}{rest}"
        offset = re.search(r":.*?(Z|UTC|GMT|([+-])(\d{2}):?(\d{2})?)$", text)
        if offset:
            name, sign, hours, minutes = offset.groups()
            text = text[: -len(name)].strip()
            if sign:
                zone = int(sign + "1") * (int(hours) * 60 + int(minutes or 0)) * 60_000
        value = re.sub(r"\b(\d):", r"0\1:", text.replace("/", "-"), count=1)
    elif isinstance(value, datetime.datetime) and value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    elif not isinstance(value, (datetime.date, np.datetime64)):
        raise ValueError(f"expected a date, got {value!r}")
    return (int(np.datetime64(value, "ms").astype(np.int64)) - zone) / 86_400_000
`
