"""The JSON Schema of an alert: a good schema, which requires what the contract promises and forbids nothing that may come later."""
import copy
import json
import pathlib

import jsonschema
import pytest

SCHEMA = json.loads((pathlib.Path(__file__).parents[2] / "daemon/alert/alert.schema.json").read_text())

LEAST = {
    "item": {"id": "1"},
    "outlet": {"id": "gt", "name": "GT"},
    "feed": {"id": "gt", "url": "https://gt.example/"},
    "matches": [{"rule": "r", "terms": []}],
    "times": {"fetched": "2025-01-02T03:04:05Z", "matched": "2025-01-02T03:04:05.678Z"},
}
MOST = {
    "item": {"id": "1", "url": "https://gt.example/1", "title": "T", "content_text": "C", "summary": "S", "date_published": "2025-01-02T03:04:05Z",
             "date_modified": "2025-01-02T03:04:05Z", "authors": [{"name": "A"}], "tags": ["x"], "language": "en", "truncated": True},
    "outlet": {"id": "gt", "name": "GT", "country": "CN", "language": "zh"},
    "feed": {"id": "gt.china", "url": "http://gt.example/", "title": "China"},
    "matches": [{"rule": "r", "title": "R", "labels": ["l"], "score": -7, "snippet": "…s…",
                 "terms": [{"term": "t", "text": "T", "field": "/tags/0", "start": 0, "end": 1}, {"term": "t", "text": "T"}]}],
    "times": {"published": "2025-01-02T03:04:05Z", "fetched": "2025-01-02T03:04:05Z", "matched": "2025-01-02T03:04:05Z"},
}


def is_valid(message):
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(message)


def nodes(value, path=()):
    """The paths of all objects within a value."""
    if isinstance(value, dict):
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from nodes(inner, path + (key,))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def test_it_is_a_schema_of_draft_2020_12():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_least_and_the_most_are_valid():
    assert is_valid(LEAST)
    assert is_valid(MOST)


@pytest.mark.parametrize("path", list(nodes(MOST)), ids=str)
def test_a_member_may_be_added_anywhere(path):
    message = copy.deepcopy(MOST)
    at(message, path)["added_later"] = {"of": ["any", "kind"]}
    assert is_valid(message)


def test_a_mention_may_be_in_a_field_that_is_added_later():
    message = copy.deepcopy(MOST)
    message["matches"][0]["terms"][0]["field"] = "/attachments/0/title"
    assert is_valid(message)


@pytest.mark.parametrize("path", [path + (key,) for path in nodes(LEAST) for key in at(LEAST, path)], ids=str)
def test_what_every_alert_has_is_required(path):
    message = copy.deepcopy(LEAST)
    del at(message, path[:-1])[path[-1]]
    assert not is_valid(message)


@pytest.mark.parametrize("path, wrong", [
    (("matches",), []), (("matches", 0, "terms", 0, "start"), -1), (("matches", 0, "terms", 0, "end"), "1"), (("matches", 0, "terms", 0, "field"), "title"),
    (("times", "matched"), "2025-01-02T03:04:05+01:00"), (("item", "authors"), ["A"]), (("item", "tags"), []), (("outlet", "id"), "Two Words"),
    (("feed", "url"), "file:///etc/passwd"), (("matches", 0, "snippet"), "two\nlines"), (("item", "date_published"), None), (("item", "truncated"), False),
], ids=str)
def test_what_breaks_the_contract_is_not_valid(path, wrong):
    message = copy.deepcopy(MOST)
    at(message, path[:-1])[path[-1]] = wrong
    assert not is_valid(message)


@pytest.mark.parametrize("lost", ["field", "start", "end"])
def test_a_mention_has_its_whole_place_or_none(lost):
    message = copy.deepcopy(MOST)
    del message["matches"][0]["terms"][0][lost]
    assert not is_valid(message)
