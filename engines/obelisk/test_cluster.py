"""Several Obelisk servers on one PostgreSQL: how work spreads, how much more they
do than one, how they share Intercom's rate limit, and what is left of hundreds of
workflows when one server is killed.

What it measures it prints, in lines that begin with `figure:`.
"""

import itertools
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import unittest.mock
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from obelisk import FOLDER, LETTER, WELCOME, Server, counts, requests, script, until
from postgres import ADDRESS, DATABASE, USER, Postgres

#: Workflows of a run. Each makes five calls, so that a run is about a thousand.
WORKFLOWS = int(os.environ.get("WORKFLOWS", "200"))

#: The delay of every response of the double, in milliseconds: as long as Intercom takes for
#: a simple read (0.08 s, seen in its X-Runtime).
LATENCY = 80

#: In seconds. The longest run takes a minute on an idle machine.
PATIENCE = 400

#: Crockford's alphabet, in which an execution id ends.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def setUpModule():
    global POSTGRES, CONFIG
    POSTGRES = Postgres()
    unittest.addModuleCleanup(POSTGRES.close)
    folder = Path(tempfile.mkdtemp(prefix="obelisk-cluster-"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    CONFIG = folder / "server.toml"
    CONFIG.write_text((FOLDER / "server.toml").read_text() + (FOLDER / "postgres.toml").read_text())


def figure(name, value):
    print(f"figure: {name}: {value}", flush=True)


def slow_answers(latency=LATENCY):
    operations = (
        "POST /contacts",
        "GET /tags",
        "POST /contacts/{id}/tags",
        "POST /contacts/{id}/notes",
        "POST /messages",
        "POST /conversations/{id}/parts",
    )
    script(*({"request": name, "times": 10**9, "hold_ms": latency} for name in operations))


def execution_id():
    """A new one, made here: a caller without a response can send it again to another server."""
    moment, chance = int(time.time() * 1000), random.getrandbits(80)
    number = moment << 80 | chance
    return "E_" + "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


class Cluster:
    """Servers on one database, which is emptied first."""

    def __init__(self, number, deployment=FOLDER / "deployment.toml"):
        POSTGRES.fresh()
        variables = {
            "POSTGRES_HOST": ADDRESS,
            "POSTGRES_USER": USER,
            "POSTGRES_PASSWORD": "trusted",
            "POSTGRES_DATABASE": DATABASE,
        }
        self.servers = [Server(deployment, CONFIG, **variables) for _ in range(number)]

    def __enter__(self):
        # The first one creates the tables and the deployment, the others find them.
        for later, server in enumerate(self.servers):
            server.start(again=later > 0)
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.close()

    def alive(self):
        return [server for server in self.servers if server.process.poll() is None]

    def submit(self, run, number):
        """Submits a workflow to one server after the other until one accepts it."""
        given = {"email": f"{run}-{number}@example.com", "name": None}
        work = {"ffqn": WELCOME, "params": [given, LETTER, 0]}
        execution = execution_id()
        for server in itertools.islice(itertools.cycle(self.servers), number, number + 30):
            try:
                status, told = server.api("PUT", f"/v1/executions/{execution}", work)
            except OSError:
                continue
            assert status in (200, 201), told
            return execution
        raise AssertionError(f"nobody took workflow {number}")

    def submit_all(self, run, workflows=WORKFLOWS):
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda number: self.submit(run, number), range(workflows)))

    def unfinished(self):
        query = f"SELECT count(*) FROM t_state WHERE ffqn = '{WELCOME}' AND state <> 'finished'"
        return int(POSTGRES.ask(query)[0][0])

    def wait(self):
        until(lambda: self.unfinished() == 0, PATIENCE, "every workflow ends")

    def results(self, executions):
        server = self.alive()[0]
        return [server.finished(execution) for execution in executions]

    @staticmethod
    def spread():
        """How many calls each server took."""
        rows = POSTGRES.ask(
            "SELECT json_value #>> '{locked,executor_id}', count(*) FROM t_execution_log"
            " JOIN t_state USING (execution_id)"
            " WHERE variant = 'locked' AND ffqn LIKE 'intercom:%' GROUP BY 1 ORDER BY 2 DESC"
        )
        return [int(number) for _, number in rows]


def by_contact(results, before):
    """The workflows by outcome, and how many messages the contacts
    got that they are about."""
    received = counts()["messages"]
    outcomes = Counter()
    for result in results:
        outcome = next(iter(result["err"])) if "err" in result else next(iter(result))
        outcomes[outcome] += 1
        if outcome == "ok":
            contact = result["ok"]["contact_id"]
            outcomes[f"ok, {received.get(contact, 0)} messages"] += 1
    twice = {who: number for who, number in received.items() if number > 1}
    sent = sum(received.values()) - sum(before["messages"].values())
    return outcomes, twice, sent


class ThreeServers(unittest.TestCase):
    def test_one_of_three_is_killed_and_no_workflow_is_lost(self):
        slow_answers()
        before = counts()
        with Cluster(3) as cluster:
            executions = cluster.submit_all("killed", WORKFLOWS // 2)
            sent = lambda: requests(before).get("POST /messages", 0)
            until(lambda: sent() > WORKFLOWS // 8, PATIENCE, "an eighth of the messages is out")
            cluster.servers[1].kill()
            left = cluster.unfinished()
            # The rest is submitted while a server is missing.
            executions += cluster.submit_all("later", WORKFLOWS - WORKFLOWS // 2)
            cluster.wait()
            results = cluster.results(executions)
            calls = cluster.spread()
        outcomes, twice, sent = by_contact(results, before)
        figure("workflows that were running when a server was killed", left)
        figure("calls by each of three servers, one killed", calls)
        figure("outcomes", dict(outcomes))
        self.assertGreater(left, 0, "the kill came in the middle")
        self.assertEqual(twice, {}, "no contact got two messages")
        lost = outcomes["outcome_unknown"]
        self.assertEqual(outcomes["ok"] + lost, WORKFLOWS, outcomes)
        self.assertEqual(outcomes["ok, 1 messages"], outcomes["ok"])
        # Of those with an unknown outcome some were sent, and none twice.
        self.assertTrue(outcomes["ok"] <= sent <= WORKFLOWS, sent)

    def test_three_do_more_than_one(self):
        rates = {}
        for number in (1, 3):
            slow_answers()
            before = counts()
            with Cluster(number) as cluster:
                start = time.monotonic()
                executions = cluster.submit_all(f"by-{number}")
                cluster.wait()
                took = time.monotonic() - start
                results = cluster.results(executions)
                calls = cluster.spread()
                connections = POSTGRES.ask(
                    f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{DATABASE}'"
                )
            outcomes, twice, sent = by_contact(results, before)
            self.assertEqual((outcomes["ok"], twice, sent), (WORKFLOWS, {}, WORKFLOWS))
            self.assertEqual(len(calls), number, "every server took part")
            rates[number] = WORKFLOWS / took
            figure(f"workflows a second, {number} servers", round(rates[number], 1))
            figure(f"calls by each, {number} servers", calls)
            figure(f"database connections, {number} servers", connections[0][0])
        figure("three servers over one", round(rates[3] / rates[1], 2))


class RateLimit(unittest.TestCase):
    """A double that allows fewer requests than the servers would make."""

    LIMIT = 200

    def double(self):
        binary = os.environ.get("CARGO_TARGET_DIR", FOLDER.parent.parent / "target")
        serving = subprocess.Popen(
            [f"{binary}/debug/intercom-double", "--rate-limit", str(self.LIMIT)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.addCleanup(serving.wait)
        self.addCleanup(serving.kill)
        self.addCleanup(serving.stdout.close)
        return re.fullmatch("INTERCOM_BASE_URL=(.*)\n", serving.stdout.readline())[1]

    def test_three_servers_share_the_window(self):
        for retries in (2, 0):
            text = (FOLDER / "deployment.toml").read_text().replace("components/", "")
            shipped = '"INTERCOM_MAX_RETRIES", value = "2"'
            self.assertEqual(text.count(shipped), 1)
            deployment = FOLDER / "components" / "throttled.toml"
            deployment.write_text(text.replace(shipped, shipped.replace("2", str(retries))))
            double = self.double()
            with unittest.mock.patch("obelisk.DOUBLE", double):
                with Cluster(3, deployment) as cluster:
                    start = time.monotonic()
                    executions = cluster.submit_all("throttled")
                    cluster.wait()
                    took = time.monotonic() - start
                    results = cluster.results(executions)
                outcomes, twice, sent = by_contact(results, {"messages": {}})
                responses = counts()["responses"]
            self.assertEqual((outcomes["ok"], twice, sent), (WORKFLOWS, {}, WORKFLOWS), outcomes)
            figure(
                f"{self.LIMIT} requests a window, INTERCOM_MAX_RETRIES={retries}",
                f"{responses['200']} done and {responses.get('429', 0)} turned away in"
                f" {round(took)} s",
            )


class Figures(unittest.TestCase):
    """What a workflow takes: rows, bytes, and memory while it calls or waits."""

    IN_FLIGHT = 256

    def test_rows_of_a_workflow(self):
        script()
        with Cluster(1) as cluster:
            (server,) = cluster.servers
            empty = self.database()
            server.call(WELCOME, {"email": "first@example.com", "name": None}, LETTER, 1)
            one = self.database()
            figure("rows of a workflow that makes five calls and waits", self.more(one, empty))
            cluster.submit_all("sized")
            cluster.wait()
            all = self.database()
            grown = {name: value // WORKFLOWS for name, value in self.more(all, one).items()}
            figure("the same, without the wait, and its bytes", grown)

    def test_memory_of_calls_and_waits(self):
        text = (FOLDER / "deployment.toml").read_text().replace("components/", "")
        deployment = FOLDER / "components" / "wide.toml"
        deployment.write_text(text.replace("exec.instance_limiter = 16\nexec.batch_size = 16", f"exec.instance_limiter = {self.IN_FLIGHT}\nexec.batch_size = {self.IN_FLIGHT}"))
        with Cluster(1, deployment) as cluster:
            (server,) = cluster.servers
            script()
            server.call(WELCOME, {"email": "warm@example.com", "name": None}, LETTER, 0)
            idle = self.memory(server)
            script({"request": "GET /me", "times": 10**9, "hold_ms": 20_000})
            before = counts()
            for _ in range(self.IN_FLIGHT):
                server.submit("intercom:connector/connection@0.2.0.test-connection")
            asked = lambda: requests(before).get("GET /me", 0) == self.IN_FLIGHT
            until(asked, 20, "all calls are in flight")
            each = (self.memory(server) - idle) // self.IN_FLIGHT
            figure("KiB of memory: a server, and a call in flight", (idle, each))
            script()
            with ThreadPoolExecutor(8) as pool:
                submit = lambda number: server.submit(
                    WELCOME, {"email": f"w{number}@example.com", "name": None}, LETTER, 3600
                )
                list(pool.map(submit, range(WORKFLOWS)))
            query = "SELECT count(*) FROM t_delay"
            waiting = lambda: int(POSTGRES.ask(query)[0][0]) == WORKFLOWS
            until(waiting, PATIENCE, "all workflows wait")
            until(lambda: not self.locked(), 60, "and are put aside")
            each = (self.memory(server) - idle) // WORKFLOWS
            figure("KiB of memory of a workflow that waits, at most", each)

    @staticmethod
    def locked():
        return int(POSTGRES.ask("SELECT count(*) FROM t_state WHERE state = 'locked'")[0][0])

    @staticmethod
    def memory(server):
        """Resident, in KiB."""
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    @staticmethod
    def database():
        tables = ("t_state", "t_execution_log", "t_join_set_response")
        rows = {name: f"SELECT count(*) FROM {name}" for name in tables}
        rows["bytes"] = f"SELECT pg_database_size('{DATABASE}')"
        return {name: int(POSTGRES.ask(query)[0][0]) for name, query in rows.items()}

    @staticmethod
    def more(now, before):
        return {name: now[name] - before[name] for name in now}


if __name__ == "__main__":
    unittest.main()
