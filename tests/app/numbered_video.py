"""Results with a video whose pictures show their own number, at irregular times."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from kneescan.output.folder import write_results
from kneescan.output.video.encoding import VideoWriter
from kneescan.output.video.review_video import REVIEW
from kneescan.output.wanted import Wanted
from kneescan.squat.analysis import analyze_pose
from tests.squat.corrected_videos import measured, rendered

WIDTH_PX, HEIGHT_PX, BITS = 110, 128, 11
NUMBERS_IN_PICTURES = """(bits) => [...document.querySelectorAll("#stage video")].map((video) => {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  drawing.drawImage(video, 0, 0);
  const wide = video.videoWidth / bits;
  let number = 0;
  for (let bit = 0; bit < bits; bit += 1) {
    const [red] = drawing.getImageData((bit + 0.5) * wide, video.videoHeight / 2, 1, 1).data;
    if (red > 128) number += 2 ** bit;
  }
  return number;
})"""
"""Asks a page for the numbers in its pictures."""


@cache
def numbered_results(name, seed, *, is_analysed_as_it_was=False):
    """Results of a rendered video whose frames come too early or late by up to 0.3 of an interval."""
    folder = Path(mkdtemp(prefix="kneescan-test-"))
    pose = rendered(name)
    step_s = np.diff(pose.time_s, append=2 * pose.time_s[-1] - pose.time_s[-2])
    shift_s = np.random.default_rng(seed).uniform(-0.3, 0.3, len(pose)) * step_s
    shift_s[0] = 0
    pose = replace(pose, time_s=pose.time_s + shift_s)
    analysis = measured(name) if is_analysed_as_it_was else analyze_pose(pose)
    write_results(folder, pose, analysis, Wanted(report=False, video=False))
    (folder / "report.html").write_text("<!doctype html><title>report</title>", encoding="utf-8")
    bits = np.arange(WIDTH_PX) * BITS // WIDTH_PX
    with VideoWriter(folder / "review.mp4", fps=30, coding=REVIEW) as writer:
        for number, time_s in enumerate(pose.time_s):
            row = (255 * (number >> bits & 1)).astype(np.uint8)
            picture = np.broadcast_to(row[None, :, None], (HEIGHT_PX, WIDTH_PX, 3))
            writer.write(np.ascontiguousarray(picture), time_s)
    return folder
