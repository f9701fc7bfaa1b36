# SPDX-License-Identifier: GPL-2.0-only
"""vmm-bgp-peer against BIRD 2, a real BGP daemon, over loopback.

    python3 test/interop/bird_interop.py BUILD_FOLDER [Interop.test_NAME]

CTest runs each test on its own. Exit status 77: there is no BIRD.
"""

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BUILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build")
OURS, BIRDS = "127.0.0.2", "127.0.0.1"  # addresses
PATIENCE = 30  # s that an event may take

CONFIG = """
log stderr all;
router id 10.0.0.2;
protocol device {{ }}
protocol static four {{
  ipv4;
  route 198.51.100.0/24 blackhole {{ bgp_community.add((65002, 9)); bgp_large_community.add((65002, 1, 2)); }};
  route 198.51.101.0/24 blackhole {{ bgp_med = 5; }};
}}
protocol static six {{
  ipv6;
  route 2001:db8:b::/48 blackhole {{ bgp_community.add((65002, 9)); }};
}}
protocol bgp peer {{
  local {birds} port {bird_port} as {bird_as};
  neighbor {ours} port {our_port} as {our_as};
  multihop 2;
  strict bind yes;
  {passive}
  hold time {hold};
  connect delay time 1;
  connect retry time 2;
  error wait time 1, 2;
  ipv4 {{ import all; export where source = RTS_STATIC; next hop address 192.0.2.2; }};
  ipv6 {{ import all; export where source = RTS_STATIC; next hop address 2001:db8::2; }};
}}
"""


def free_port(address):
    """A TCP port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class Bird:
    """A BIRD of our own, in a folder of its own."""

    def __init__(self, **values):
        self.folder = tempfile.mkdtemp(prefix="vmm-bird-")
        with open(self.path("bird.conf"), "w", encoding="ascii") as text:
            text.write(CONFIG.format(**values))
        self.process = None
        self.start()

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self):
        with open(self.path("log"), "ab") as log:
            self.process = subprocess.Popen(
                [shutil.which("bird") or "/usr/sbin/bird", "-f", "-c", self.path("bird.conf"),
                 "-s", self.path("ctl"), "-P", self.path("pid")],
                stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not os.path.exists(self.path("ctl")):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("BIRD does not start: " + self.log())
            time.sleep(0.02)

    def stop(self, how=signal.SIGTERM):
        """Ends it; with SIGKILL it has no time to say so."""
        self.process.send_signal(how)
        self.process.wait()
        if os.path.exists(self.path("ctl")):
            os.remove(self.path("ctl"))

    def ask(self, *words):
        """What birdc answers."""
        done = subprocess.run([shutil.which("birdc") or "/usr/sbin/birdc", "-s", self.path("ctl"),
                               *words], stdout=subprocess.PIPE, text=True, check=False)
        return done.stdout

    def wait(self, words, good):
        """Asks until good(answer)."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.ask(*words)
            if good(answer):
                return answer
            if time.monotonic() > deadline:
                raise AssertionError(f"birdc {' '.join(words)}:\n{answer}\n{self.log()}")
            time.sleep(0.05)

    def log(self):
        with open(self.path("log"), encoding="utf-8", errors="replace") as text:
            return text.read()

    def remove(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder)


class Peer:
    """A vmm-bgp-peer, and the lines that it has written."""

    def __init__(self, *arguments):
        self.lines = queue.Queue()
        self.seen = []
        self.process = subprocess.Popen([os.path.join(BUILD, "vmm-bgp-peer"), *arguments],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))
        self.lines.put(None)

    def wait(self, event, **members):
        """The next line of this event with these members; what comes before it is passed over."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"no {event} {members} in {self.seen}")
            self.seen.append(line)
            if line["event"] == event and all(line[k] == v for k, v in members.items()):
                return line

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(PATIENCE)
        self.process.stdin.close()
        return self.process.returncode

    def remove(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            stream.close()


class Interop(unittest.TestCase):
    """Each test has its BIRD and its peer; ports are new each time."""

    def setUp(self):
        self.bird_port = free_port(BIRDS)
        self.our_port = free_port(OURS)

    def start_bird(self, passive=False, our_as=65001, bird_as=65002, hold=90):
        bird = Bird(birds=BIRDS, ours=OURS, bird_port=self.bird_port, our_port=self.our_port,
                    bird_as=bird_as, our_as=our_as, hold=hold,
                    passive="passive yes;" if passive else "")
        self.addCleanup(bird.remove)
        return bird

    def start_peer(self, listen=False, connect=False, local_as=65001, peer_as=65002, hold=90, more=()):
        arguments = [f"--local-as={local_as}", f"--peer-as={peer_as}", "--router-id=10.0.0.1",
                     f"--hold-time={hold}", "--announce=203.0.113.0/24,2001:db8:a::/48",
                     "--next-hop=192.0.2.1,2001:db8::1", "--community=65001:7",
                     "--large-community=65001:3:4", "--connect-retry=2"]
        if listen:
            arguments.append(f"--listen={OURS}:{self.our_port}")
        if connect:
            arguments += [f"--connect={BIRDS}:{self.bird_port}", f"--source={OURS}"]
        peer = Peer(*arguments, *more)
        self.addCleanup(peer.remove)
        return peer

    def check_routes(self, bird, peer, our_as=65001, bird_as=65002):
        """Both sides have what the other one announced."""
        expected = {"198.51.100.0/24": ("192.0.2.2", ["65002:9"], ["65002:1:2"]),
                    "198.51.101.0/24": ("192.0.2.2", [], []),
                    "2001:db8:b::/48": ("2001:db8::2", ["65002:9"], [])}
        found = {}
        while len(found) < len(expected):
            route = peer.wait("route")
            found[route["prefix"]] = route
        for prefix, (next_hop, communities, large) in expected.items():
            self.assertEqual(found[prefix]["next_hop"], next_hop)
            self.assertEqual(found[prefix]["communities"], communities)
            self.assertEqual(found[prefix]["large_communities"], large)
            self.assertEqual(found[prefix]["as_path"], str(bird_as))
            self.assertEqual(found[prefix]["origin"], "igp")
        self.assertEqual(found["198.51.101.0/24"]["med"], 5)
        for prefix, next_hop in (("203.0.113.0/24", "192.0.2.1"),
                                 ("2001:db8:a::/48", "2001:db8::1")):
            text = bird.wait(["show", "route", prefix, "all"], lambda answer: "BGP.origin" in answer)
            self.assertIn(f"BGP.as_path: {our_as}\n", text)
            self.assertIn("BGP.community: (65001,7)\n", text)
            self.assertIn("BGP.large_community: (65001, 3, 4)", text)
            self.assertIn(f"BGP.next_hop: {next_hop}", text)
        self.assertIn("Established", bird.ask("show", "protocols", "peer"))

    def test_bird_connects(self):
        bird = self.start_bird()
        peer = self.start_peer(listen=True)
        up = peer.wait("up", peer_as=65002, peer_id="10.0.0.2", direction="incoming")
        self.assertEqual(up["families"], ["ipv4-unicast", "ipv6-unicast"])
        self.check_routes(bird, peer)
        states = [line["state"] for line in peer.seen if line["event"] == "state"]
        self.assertEqual(states, ["Active", "OpenSent", "OpenConfirm", "Established"])

    def test_we_connect(self):
        bird = self.start_bird(passive=True)
        peer = self.start_peer(connect=True)
        peer.wait("up", peer_as=65002, direction="outgoing")
        self.check_routes(bird, peer)
        states = [line["state"] for line in peer.seen if line["event"] == "state"]
        self.assertEqual(states[-3:], ["OpenSent", "OpenConfirm", "Established"])

    def test_both_connect(self):
        for _ in range(3):
            bird = self.start_bird()
            peer = self.start_peer(listen=True, connect=True)
            peer.wait("up")
            self.check_routes(bird, peer)
            self.assertEqual(peer.end(), 0)
            bird.stop()
            self.setUp()

    def test_numbers_of_four_octets(self):
        bird = self.start_bird(passive=True, our_as=4200000001, bird_as=4200000002)
        peer = self.start_peer(connect=True, local_as=4200000001, peer_as=4200000002)
        peer.wait("up", peer_as=4200000002)
        self.check_routes(bird, peer, 4200000001, 4200000002)

    def test_inside_one_as(self):
        bird = self.start_bird(passive=True, bird_as=65001)
        peer = self.start_peer(connect=True, peer_as=65001)
        peer.wait("up", peer_as=65001)
        route = peer.wait("route", prefix="198.51.100.0/24")
        self.assertEqual(route["as_path"], "")
        self.assertEqual(route["local_pref"], 100)
        text = bird.wait(["show", "route", "203.0.113.0/24", "all"],
                         lambda answer: "BGP.origin" in answer)
        self.assertIn("BGP.local_pref: 100", text)

    def test_withdrawals(self):
        bird = self.start_bird(passive=True)
        peer = self.start_peer(connect=True)
        peer.wait("up")
        self.check_routes(bird, peer)
        for prefix in ("203.0.113.0/24", "2001:db8:a::/48"):
            peer.say("withdraw " + prefix)
            bird.wait(["show", "route", prefix], lambda answer, prefix=prefix: prefix not in answer)
        peer.say("announce 203.0.114.0/24")
        bird.wait(["show", "route", "203.0.114.0/24"], lambda answer: "203.0.114.0/24" in answer)
        bird.ask("disable", "six")
        peer.wait("withdraw", prefix="2001:db8:b::/48", why="update")
        bird.ask("disable", "four")
        gone = {peer.wait("withdraw", why="update")["prefix"] for _ in range(2)}
        self.assertEqual(gone, {"198.51.100.0/24", "198.51.101.0/24"})
        bird.ask("enable", "six")
        peer.wait("route", prefix="2001:db8:b::/48")
        self.assertIn("Established", bird.ask("show", "protocols", "peer"))

    def test_route_refresh(self):
        bird = self.start_bird(passive=True)
        peer = self.start_peer(connect=True)
        peer.wait("up")
        self.check_routes(bird, peer)
        peer.say("refresh")
        found = {peer.wait("route")["prefix"] for _ in range(3)}
        self.assertEqual(len(found), 3)
        bird.ask("reload", "in", "peer")
        peer.wait("refresh", family="ipv4-unicast")
        peer.wait("refresh", family="ipv6-unicast")

    def test_bird_restarts(self):
        for how in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(how=how):
                bird = self.start_bird()
                peer = self.start_peer(listen=True, connect=True)
                peer.wait("up")
                self.check_routes(bird, peer)
                bird.stop(how)
                gone = {peer.wait("withdraw", why="session down")["prefix"] for _ in range(3)}
                self.assertEqual(len(gone), 3)
                down = peer.wait("down")
                if how == signal.SIGTERM:
                    self.assertEqual((down["cause"], down["code"]), ("received", 6))
                else:
                    self.assertEqual(down["cause"], "lost")
                bird.start()
                peer.wait("up")
                self.check_routes(bird, peer)
                self.assertEqual(peer.end(), 0)
                bird.stop()
                self.setUp()

    def test_we_restart(self):
        bird = self.start_bird()
        peer = self.start_peer(listen=True)
        peer.wait("up")
        self.check_routes(bird, peer)
        self.assertEqual(peer.end(), 0)
        bird.wait(["show", "route", "203.0.113.0/24"], lambda answer: "203.0.113.0" not in answer)
        self.assertIn("Administrative shutdown", bird.log())
        again = self.start_peer(listen=True)
        again.wait("up")
        self.check_routes(bird, again)

    def test_our_side_refuses_the_as(self):
        bird = self.start_bird(passive=True)
        peer = self.start_peer(connect=True, peer_as=65099)
        closed = peer.wait("closed", cause="local")
        self.assertEqual((closed["code"], closed["subcode"]), (2, 2))
        deadline = time.monotonic() + PATIENCE
        while "Received: Bad peer AS" not in bird.log():
            self.assertLess(time.monotonic(), deadline, bird.log())
            time.sleep(0.05)
        self.assertNotIn("up", [line["event"] for line in peer.seen])

    def test_bird_refuses_the_as(self):
        self.start_bird(passive=True, our_as=65050)
        peer = self.start_peer(connect=True)
        closed = peer.wait("closed", cause="received")
        self.assertEqual((closed["code"], closed["subcode"]), (2, 2))
        self.assertNotIn("up", [line["event"] for line in peer.seen])

    def test_silent_bird_runs_into_the_hold_time(self):
        bird = self.start_bird()
        peer = self.start_peer(listen=True, hold=3)
        peer.wait("up", hold_time=3)
        self.check_routes(bird, peer)
        bird.process.send_signal(signal.SIGSTOP)
        down = peer.wait("down")
        self.assertEqual((down["cause"], down["code"]), ("local", 4))
        bird.process.send_signal(signal.SIGCONT)
        peer.wait("up", hold_time=3)
        self.check_routes(bird, peer)

    def test_keepalives_keep_the_session(self):
        bird = self.start_bird()
        peer = self.start_peer(listen=True, hold=3)
        peer.wait("up", hold_time=3)
        self.check_routes(bird, peer)
        time.sleep(7)
        self.assertIn("Established", bird.ask("show", "protocols", "peer"))
        self.assertEqual(peer.end(), 0)
        self.assertEqual(peer.wait("down")["cause"], "local", "that is our own end")

    def test_duration_ends_the_program(self):
        peer = self.start_peer(listen=True, more=("--duration=0.3",))
        begin = time.monotonic()
        self.assertEqual(peer.process.wait(PATIENCE), 0)
        self.assertLess(time.monotonic() - begin, 3)

    def test_bad_arguments(self):
        for bad in ("--listen=127.0.0.2", "--router-id=x", "--hold-time=2", "--announce=10.0.0.0/33",
                    "--community=1", "--large-community=1:2", "--local-as=0"):
            done = subprocess.run([os.path.join(BUILD, "vmm-bgp-peer"), "--local-as=1",
                                   "--router-id=10.0.0.1", "--duration=0.1", bad],
                                  stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                  stdin=subprocess.DEVNULL, check=False)
            self.assertEqual(done.returncode, 1, bad)
            self.assertIn("vmm-bgp-peer: ", done.stderr)


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        BUILD = os.path.abspath(sys.argv.pop(1))
    if not (shutil.which("bird") or os.path.exists("/usr/sbin/bird")):
        print("BIRD is not installed (Debian package bird2)")
        sys.exit(77)
    unittest.main()
