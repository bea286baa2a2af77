"""Prints the configuration of a Motr cluster on loopback, as confd reads it.

conf.py HOME PORT NODES CLIENTS DISK_BYTES

A process for each node (objects and indexes), one for HA, one for confd, and one for each client; three pools that
span the nodes' disks: objects, their metadata, indexes. Offsets of ports: 1 HA, 2 confd, 10 the nodes, 100 clients.
"""

import sys

HOME = sys.argv[1]
PORT, NODES, CLIENTS, DISK = map(int, sys.argv[2:6])

OBJECTS, METADATA, INDEXES = "^v|1:10", "^v|2:10", "^v|1:20"  # versions of the pools
VERSIONS = [OBJECTS, METADATA, INDEXES]
SITE, RACK, ENCLOSURE, CONTROLLER = "^S|1:6", "^a|1:6", "^e|1:7", "^c|1:8"

things, processes, drives = [], [], []


def endpoint(offset):
    return f'"inet:tcp:127.0.0.1@{PORT + offset}"'


def array(items):
    items = list(items)
    return f"[{len(items)}{': ' + ', '.join(items) if items else ''}]"


def service(fid, kind, address, devices=()):
    things.append(f"{{0x73| (({fid}), @M0_CST_{kind}, [1: {address}], [0], {array(devices)})}}")
    return fid


def process(fid, address, services):
    processes.append(fid)
    things.append(f"{{0x72| (({fid}), [1:3], 0, 0, 0, 0, {address}, {array(services)})}}")


def pool(fid, version, container, data_units, width, members):
    """A pool with one version: no spare and no parity unit, and a tree of virtual devices above its members."""
    things.append(f"{{0x6f| (({fid}), 0, [1: {version}])}}")
    things.append(f"{{0x76| (({version}), {{0| ({data_units}, 0, 0, {width}, [5: 0, 0, 0, 0, 0], "
                  f"[1: ^j|{container}:1001])}})}}")
    for level, real in enumerate([SITE, RACK, ENCLOSURE, CONTROLLER]):
        below = array(members) if real == CONTROLLER else array([f"^j|{container}:{1002 + level}"])
        things.append(f"{{0x6a| ((^j|{container}:{1001 + level}), {real}, {below})}}")


def device(fid, number, size, path):
    things.append(f'{{0x64| (({fid}), {number}, 4, 1, 4096, {size}, 3, 4, "{path}")}}')


for i in range(NODES):
    disk, index = f"^d|1:{i + 1}", f"^d|20:{i}"
    kinds = [("IOS", 1, [disk]), ("ADDB2", 11, []), ("SNS_REP", 6, []), ("SNS_REB", 7, []), ("RMS", 3, []),
             ("CAS", 13, [index]), ("DIX_REP", 15, []), ("DIX_REB", 16, [])]
    process(f"^r|1:{i}", endpoint(10 + i), [service(f"^s|{c}:{i}", k, endpoint(10 + i), d) for k, c, d in kinds])
process("^r|1:50", endpoint(1), [service("^s|1:106", "HA", endpoint(1)), service("^s|3:101", "RMS", endpoint(1))])
process("^r|1:51", endpoint(2), [service("^s|8:0", "CONFD", endpoint(2)), service("^s|3:102", "RMS", endpoint(2))])
for i in range(100, 100 + CLIENTS):
    process(f"^r|1:{i}", endpoint(i), [service(f"^s|3:{100 + i}", "RMS", endpoint(i))])

for i in range(NODES):
    device(f"^d|1:{i + 1}", i, DISK, f"{HOME}/node{i}/data.img")
    things.append(f"{{0x6b| ((^k|1:{i + 1}), ^d|1:{i + 1}, [2: {OBJECTS}, {METADATA}])}}")
    drives.append(f"^k|1:{i + 1}")
    for container in (1, 2):
        things.append(f"{{0x6a| ((^j|{container}:{i + 1}), ^k|1:{i + 1}, [0])}}")
for i in range(NODES):
    device(f"^d|20:{i}", NODES + i, 596000000000, f"/dev/null{i}")
    things.append(f"{{0x6b| ((^k|20:{i}), ^d|20:{i}, [1: {INDEXES}])}}")
    drives.append(f"^k|20:{i}")
    things.append(f"{{0x6a| ((^j|20:{100 + i}), ^k|20:{i}, [0])}}")

things.append(f"{{0x53| (({SITE}), [1: {RACK}], {array(VERSIONS)})}}")
things.append(f"{{0x61| (({RACK}), [1: {ENCLOSURE}], {array(VERSIONS)})}}")
things.append(f"{{0x65| (({ENCLOSURE}), ^n|1:2, [1: {CONTROLLER}], {array(VERSIONS)})}}")
things.append(f"{{0x63| (({CONTROLLER}), {array(drives)}, {array(VERSIONS)})}}")
pool("^o|1:9", OBJECTS, 1, 1, NODES, [f"^j|1:{i + 1}" for i in range(NODES)])
pool("^o|2:9", METADATA, 2, NODES, NODES, [f"^j|2:{i + 1}" for i in range(NODES)])
pool("^o|20:1", INDEXES, 20, 1, NODES, [f"^j|20:{100 + i}" for i in range(NODES)])

pools = array(["^o|1:9", "^o|2:9", "^o|20:1"])
top = [
    f'{{0x74| ((^t|1:0), 1, (11, 22), ^o|2:9, {INDEXES}, 1, [1: "{NODES} 1 0 0"], [1: ^n|1:2], [1: {SITE}], {pools}, '
    f"[1: ^p|1:0], [0])}}",
    f"{{0x70| ((^p|1:0), {pools})}}",
    f"{{0x6e| ((^n|1:2), 16000, 2, 3, 2, {array(processes)})}}",
]
rows = top + things
print(f"[{len(rows)}:\n  " + ",\n  ".join(rows) + "]")
