"""roundhouse-view as a person calls it: pictures, and what it says of bad arguments and broken files.

Usage: command_test.py PATH_OF_ROUNDHOUSE_VIEW PATH_OF_ROUNDHOUSE
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

VIEW, TOOL = sys.argv[1:3]
PNG = b"\x89PNG\r\n\x1a\n"
PATIENCE = 60


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.picture = os.path.join(self.folder, "picture.png")

    def path(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def view(self, *arguments):
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        done = subprocess.run(
            [VIEW, *arguments], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return done.returncode, done.stderr

    def grab(self, run, *arguments):
        return self.view(run, "--grab", self.picture, *arguments)

    def recording(self):
        path = os.path.join(self.folder, "whole.rht")
        subprocess.run([TOOL, "run", "failover-60", "--trace", path], capture_output=True, check=True)
        with open(path, "rb") as file:
            return file.read()

    def assert_picture(self, width, height):
        with open(self.picture, "rb") as file:
            head = file.read(24)
        self.assertEqual(head[:8], PNG)
        self.assertEqual(int.from_bytes(head[16:20], "big"), width)
        self.assertEqual(int.from_bytes(head[20:24], "big"), height)

    def assert_refused(self, answer, *words):
        status, said = answer
        self.assertEqual(status, 2, said)
        for word in words:
            self.assertIn(word, said)
        self.assertFalse(os.path.exists(self.picture))

    def test_a_picture_has_the_size_that_was_asked_for(self):
        status, said = self.grab("sticky", "--at", "2s", "--size", "1180x720", "--theme", "light")
        self.assertEqual(status, 0, said)
        self.assert_picture(1180, 720)

    def test_a_recording_gives_the_same_picture_each_time(self):
        path = self.path("run.rht", self.recording())
        pictures = []
        for _ in range(2):
            self.assertEqual(self.grab(path, "--at", "4.6s")[0], 0)
            with open(self.picture, "rb") as file:
                pictures.append(file.read())
        self.assertEqual(pictures[0], pictures[1])

    def test_bad_values_are_answered_with_good_ones(self):
        self.assert_refused(self.grab("sticky", "--size", "800x600"), "--size 800x600", "1180x720 to 8192x8192")
        self.assert_refused(self.grab("sticky", "--size", "big"), "--size big", "WIDTHxHEIGHT", "1440x900")
        self.assert_refused(self.grab("sticky", "--at", "soon"), "--at soon", "4.2s, 350ms")
        self.assert_refused(self.grab("sticky", "--at", "-1s"), "--at", "4.2s, 350ms")
        self.assert_refused(self.grab("sticky", "--speed", "0"), "--speed", "0.001")
        self.assert_refused(self.grab("sticky", "--speed", "fast"), "--speed")
        self.assert_refused(self.grab("sticky", "--theme", "purple"), "--theme", "purple", "dark", "light")
        self.assert_refused(self.grab("sticky", "--select", "nobody"), "--select nobody")

    def test_a_picture_that_cannot_be_written_is_said(self):
        self.picture = os.path.join(self.folder, "missing", "picture.png")
        self.assert_refused(self.grab("sticky"), "--grab", "cannot be written")

    def test_a_window_stays_open_on_a_run_that_cannot_be_shown(self):
        broken = self.path("broken.toml", b'title = "x"\n\n[topology]\ninstances = "two"\n')
        foreign = self.path("foreign.rht", b"this is a letter to my aunt")
        for run, words in ((broken, ":4:"), (foreign, "neither"), ("no-such-scenario", "no scenario is called")):
            environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
            window = subprocess.Popen([VIEW, run], env=environment, stderr=subprocess.PIPE, text=True)
            try:
                said = ""
                while words not in said:
                    line = window.stderr.readline()
                    self.assertNotEqual(line, "", said)  # it has ended
                    said += line
                time.sleep(0.3)
                self.assertIsNone(window.poll(), said)
            finally:
                window.terminate()
                window.communicate(timeout=PATIENCE)
            self.assertEqual(window.returncode, -signal.SIGTERM)

    def test_a_run_that_does_not_exist_is_said(self):
        self.assert_refused(self.grab("no-such-scenario"), "no-such-scenario")
        self.assert_refused(self.grab("sticky", "--compare", "no-such-scenario"), "no-such-scenario")

    def test_a_broken_scenario_is_named_with_its_line(self):
        path = self.path("broken.toml", b'title = "x"\n\n[topology]\ninstances = "two"\n')
        self.assert_refused(self.grab(path), path + ":4:")

    def test_a_foreign_file_is_no_recording(self):
        path = self.path("foreign.rht", b"this is a letter to my aunt, and no recording at all\n" * 40)
        self.assert_refused(self.grab(path), "foreign.rht")

    def test_a_truncated_recording_is_not_waited_for(self):
        whole = self.recording()
        path = self.path("cut.rht", whole[: len(whole) // 2])
        begun = time.monotonic()
        self.assert_refused(
            self.grab(path, "--at", "11.9s"), "cut.rht", "no end yet, growing or cut off", "s so far", "--at 11.9s"
        )
        self.assertLess(time.monotonic() - begun, 20)
        # What it does hold is shown, with a note.
        status, said = self.grab(path, "--at", "1s")
        self.assertEqual(status, 0, said)
        self.assertIn("no end yet, growing or cut off", said)
        self.assert_picture(1440, 900)

    def test_a_recording_that_grows_shows_what_is_there_so_far(self):
        whole = self.recording()
        path = self.path("growing.rht", whole[: len(whole) // 3])
        self.assert_refused(self.grab(path, "--at", "9s"), "growing.rht", "growing or cut off", "--at 9s is later")
        with open(path, "ab") as writer:
            # The writer has the file open and is in the middle of a block.
            writer.write(whole[len(whole) // 3 : len(whole) * 9 // 10])
            writer.flush()
            status, said = self.grab(path, "--at", "9s")
            self.assertEqual(status, 0, said)
            self.assertIn("growing or cut off", said)
            self.assert_picture(1440, 900)
            writer.write(whole[len(whole) * 9 // 10 :])
        status, said = self.grab(path, "--at", "9s")
        self.assertEqual(status, 0, said)
        self.assertNotIn("growing", said)

    def test_a_recording_that_a_run_is_writing_is_shown(self):
        path = os.path.join(self.folder, "live.rht")
        command = [TOOL, "run", "failover-60", "--world", "loopback", "--trace", path]
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + PATIENCE
            status = 2
            while status != 0 and time.monotonic() < deadline and run.poll() is None:
                time.sleep(0.05)
                if os.path.exists(path) and os.path.getsize(path) > 0:
                    status, said = self.grab(path, "--at", "500ms")
            self.assertEqual(status, 0)
            self.assertIn("growing or cut off", said)
            self.assert_picture(1440, 900)
        finally:
            run.kill()
            run.wait()

    def test_json_lines_that_grow_are_shown_up_to_their_last_whole_line(self):
        path = os.path.join(self.folder, "whole.jsonl")
        subprocess.run([TOOL, "run", "sticky", "--trace", path], capture_output=True, check=True)
        with open(path, "rb") as file:
            whole = file.read()
        path = self.path("growing.jsonl", whole[: len(whole) // 2])
        status, said = self.grab(path, "--at", "100ms")
        self.assertEqual(status, 0, said)
        self.assertIn("growing or cut off", said)
        self.assert_picture(1440, 900)
        os.remove(self.picture)
        self.assert_refused(self.grab(path, "--at", "1000s"), "growing.jsonl", "--at 1000s is later")

    def test_a_recording_with_a_damaged_middle_is_said(self):
        whole = bytearray(self.recording())
        for place in range(len(whole) // 2, len(whole) // 2 + 64):
            whole[place] ^= 0x55
        path = self.path("damaged.rht", bytes(whole))
        self.assert_refused(self.grab(path, "--at", "11.9s"), "damaged.rht", "damaged", "--at 11.9s is later")
        # A moment before the damage is shown, and the status says that the file is not sound.
        status, said = self.grab(path, "--at", "1s")
        self.assertEqual(status, 2)
        self.assertIn("damaged", said)
        self.assert_picture(1440, 900)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
