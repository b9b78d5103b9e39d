"""Which file an address of the API becomes: the path, `@` and the query if there is one, and the format's ending."""

from urllib.parse import parse_qsl, urlencode


def file_of(address: str) -> str:
    """The file of an address: `/v1/treaties` → `v1/treaties.json`, with `?format=csv` → `v1/treaties.csv`.

    A query keeps its order and its spelling: `/v1/events?cursor=x&limit=200` → `v1/events@cursor=x&limit=200.json`.
    """
    path, _, query = address.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    ending = dict(pairs).get("format", "json")
    rest = urlencode([(name, value) for name, value in pairs if name != "format"])
    if "." in path.rpartition("/")[2]:  # such as /openapi.json
        return path[1:]
    return f"{path[1:] or 'index'}{'@' + rest if rest else ''}.{ending}"
