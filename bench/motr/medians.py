"""Reads lines `work what side speed` and prints, for each work, medians with their range, and the median of the ratios
of the pairs with its range."""

import statistics
import sys

speeds = {}
for line in sys.stdin:
    work, what, side, speed = line.split()
    speeds.setdefault((work, what), {}).setdefault(side, []).append(float(speed))


def shown(numbers, digits):
    return f"{statistics.median(numbers):.{digits}f} ({min(numbers):.{digits}f}-{max(numbers):.{digits}f})"


print("| work | C, MB/s | Java, MB/s | Java / C |")
print("|---|---|---|---|")
for (work, what), sides in speeds.items():
    c, java = sides["c"], sides["java"]
    print(f"| {what} {work} | {shown(c, 1)} | {shown(java, 1)} | {shown([j / x for j, x in zip(java, c)], 2)} |")
