# SPDX-License-Identifier: GPL-2.0-only
"""The slurm profile with stand-ins for Slurm's commands, which run jobs on this machine.

They take the options that the profile uses and refuse others; a job goes on when the one that has
submitted it is killed, as on a cluster."""

import glob
import os
import signal
import subprocess

import small
from launcher.compare import campaign

SBATCH = r"""#!/bin/sh
parsable=no
while [ $# -gt 1 ]; do
  case "$1" in
    --parsable) parsable=yes ;;
    --job-name=vmm-run|--ntasks=1|--cpus-per-task=1|--mem=2000M|--time=240) ;;
    --output=*) output="${1#--output=}" ;;
    *) echo "sbatch: unrecognized option '$1'" >&2; exit 1 ;;
  esac
  shift
done
[ $parsable = yes ] && [ -n "$output" ] && [ -f "$1" ] || exit 1
id=$(( $(ls "$FAKE" | grep -c '\.id$') + 100 ))
while ! (set -C; : > "$FAKE/$id.id") 2>/dev/null; do id=$((id + 1)); done
echo RUNNING > "$FAKE/$id.state"
cp "$1" "$FAKE/$id.sh"
output=$(echo "$output" | sed "s/%j/$id/")
setsid sh -c ': > "$4"; if sh "$1" > "$2" 2>&1; then s=COMPLETED; else s=FAILED; fi
  echo $s > "$3.new"; mv "$3.new" "$3"' x "$FAKE/$id.sh" "$output" "$FAKE/$id.state" "$FAKE/$id.up" \
  > /dev/null 2>&1 < /dev/null &
echo "$id;cluster"
"""

SCONTROL = r"""#!/bin/sh
[ "$1 $2 $3" = "-o show job" ] || exit 1
[ -e "$FAKE/forgetful" ] && { echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1; }
echo "JobId=$4 JobName=vmm-run UserId=u(1) JobState=$(cat "$FAKE/$4.state") Reason=None"
"""

SACCT = r"""#!/bin/sh
[ "$1 $2 $3 $4 $5 $6" = "-X -n -P -o State -j" ] || exit 1
[ -e "$FAKE/no-accounting" ] && { echo "Slurm accounting storage is disabled" >&2; exit 1; }
cat "$FAKE/$7.state" 2>/dev/null || true
"""


class Slurm(small.SmallScenario):
    """Each case has a Slurm of its own."""

    def setUp(self):
        self.fake = self.path(self._testMethodName)
        for name, text in (("sbatch", SBATCH), ("scontrol", SCONTROL), ("sacct", SACCT),
                           ("scancel", "#!/bin/sh\nexit 0\n")):
            small.write(self.fake + "/bin", name, text)
            os.chmod(os.path.join(self.fake, "bin", name), 0o755)
        self.more = {"FAKE": self.fake, "PATH": self.fake + "/bin:" + os.environ["PATH"]}

    def files(self, end):
        """What the stand-ins have written: id of jobs submitted, up of jobs begun, state."""
        return glob.glob(glob.escape(self.fake) + "/*." + end)

    def status(self, job):
        """What the profile's status script says."""
        script = os.path.join(campaign.PROFILES, "slurm", "status.py")
        return subprocess.run([script, job], env=dict(os.environ, **self.more), check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def test_runs_are_jobs_and_a_killed_comparison_goes_on(self):
        words = (self.scenario, "--schemes", "host-route", "--seeds", "2", "--out", "out",
                 "--profile", "slurm", "--jobs", "1")
        process = subprocess.Popen(small.command(*words), cwd=self.top, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=small.environment(**self.more),
                                   start_new_session=True)
        self.wait(lambda: self.files("up") or process.poll() is not None)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.assertEqual(len(self.files("id")), 1)
        self.wait(lambda: all(small.read(path) != b"RUNNING\n" for path in self.files("state")))
        # What was with Slurm has become results meanwhile; only the others are submitted now.
        done = self.compare(*words, **self.more)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("vmm: 1 of 2 runs to make\n", done.stderr)
        self.assertEqual(len(self.files("id")), 2)
        self.assertEqual(len(glob.glob(self.path("out", "runs", "*", "seed-*", "*.stamp"))), 2)
        again = self.compare(*words, **self.more)
        self.assertEqual(again.stderr, "vmm: nothing to run: the results of all 2 runs are there\n")
        self.assertEqual(len(self.files("id")), 2)

    def test_status(self):
        for state, expected in (("PENDING", "running"), ("RUNNING", "running"),
                                ("COMPLETING", "running"), ("COMPLETED", "success"),
                                ("FAILED", "failed"), ("TIMEOUT", "failed"),
                                ("OUT_OF_MEMORY", "failed"), ("NODE_FAIL", "failed")):
            small.write(self.fake, "7.state", state + "\n")
            with self.subTest(state):
                self.assertEqual(self.status("7;cluster"), expected + "\n")
        small.write(self.fake, "7.state", "CANCELLED by 0\n")
        small.write(self.fake, "forgetful", "")
        self.assertEqual(self.status("7"), "failed\n")
        small.write(self.fake, "7.state", "COMPLETED\n")
        self.assertEqual(self.status("7"), "success\n")  # of the accounting alone

    def test_a_refused_submission_is_told(self):
        small.write(self.fake + "/bin", "sbatch", "#!/bin/sh\necho 'sbatch: error: no partition' >&2\n"
                    "exit 1\n")
        done = self.compare(self.scenario, "--schemes", "ideal", "--seeds", "2", "--out", "refused",
                            "--profile", "slurm", **self.more)
        self.assertEqual(done.returncode, 1)
        self.assertIn("vmm: ", done.stderr)
        self.assertIn("snakemake.log", done.stderr)
        self.assertIn("no partition", small.read(self.path("refused", "runs", "snakemake.log"))
                      .decode("utf-8"))


if __name__ == "__main__":
    small.unittest.main()
