"""The judge of the torture sees what it is there to see."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import judge as judges

Found = judges.Found


def alerts(*numbers, partition=0, feed="gazette", first=0):
    return [Found("news", partition, first + offset, "gazette", feed, number, f"{number:032x}") for offset, number in enumerate(numbers)]


def faults_of(found):
    verdict = judges.judge({("news", "gazette", "gazette"): (1, 2, 3, 4)}, found)
    return {kind: len(faults) for kind, faults in verdict.faults.items() if faults}


def test_what_stands_once_and_in_order_is_clean():
    assert faults_of(alerts(1, 2, 3, 4)) == {}
    assert judges.judge({("news", "gazette", "gazette"): (1, 2)}, alerts(1, 2)).clean


def test_what_is_missing_is_lost():
    assert faults_of(alerts(1, 2, 4)) == {"lost": 1}
    assert faults_of([]) == {"lost": 4}


def test_what_stands_twice_is_doubled():
    assert faults_of(alerts(1, 2, 2, 3, 4)) == {"doubled": 1}
    assert faults_of(alerts(1, 2, 3, 4, 1, 2)) == {"doubled": 2}  # a batch again: it is not out of order as well


def test_what_is_swapped_is_out_of_order():
    assert faults_of(alerts(1, 3, 2, 4)) == {"out of order": 1}


def test_what_is_lost_and_doubled_counts_as_both():
    assert faults_of(alerts(1, 1, 2, 4)) == {"lost": 1, "doubled": 1}


def test_an_outlet_in_two_partitions_is_out_of_order():
    assert faults_of(alerts(1, 2) + alerts(3, 4, partition=1)) == {"out of order": 1}


def test_what_nobody_asked_for_is_told():
    assert faults_of(alerts(1, 2, 3, 4, 5)) == {"unasked": 1}
    assert faults_of(alerts(1, 2, 3, 4) + alerts(1, feed="other", first=4)) == {"unasked": 1}


def test_each_topic_is_judged_by_itself():
    verdict = judges.judge({("news", "gazette", "gazette"): (1, 2), ("flood", "gazette", "gazette"): (2,)}, alerts(1, 2))
    assert verdict.faults["lost"] == ["flood gazette gazette 2"] and verdict.count("doubled") == 0


def test_sibling_feeds_of_an_outlet_are_each_in_order():
    mixed = [alerts(1, first=0)[0], alerts(7, feed="gazette.b", first=1)[0], alerts(2, first=2)[0]]
    verdict = judges.judge({("news", "gazette", "gazette"): (1, 2), ("news", "gazette", "gazette.b"): (7,)}, mixed)
    assert verdict.clean
