"""The cells of the matrix, and how each is run."""
import subprocess, sys, time
from processes import allocated, cpu_seconds, java_processes, memory, settle
from proxy import Proxy

MIB = 1 << 20
# A whole run of a fresh process each; the others share one warm process per proxy.
FRESH = ("start", "cold", "garbage")


def cells(scale):
    out = []
    for tls in (False, True):
        for work in ("down", "up"):
            for size, total in ((256, 32), (1400, 96), (16384, 192), (262144, 256)):
                out.append(dict(test=work, tls=tls, size=size, conns=16, bytes=int(total * MIB * scale)))
    for conns, count in ((1, 8000), (64, 40000), (1000, 40000)):
        out.append(dict(test="echo", tls=False, size=256, conns=conns, count=int(count * scale)))
    for conns, count in ((1, 8000), (64, 30000)):
        out.append(dict(test="echo", tls=True, size=256, conns=conns, count=int(count * scale)))
    for conns in (100, 15000):
        out.append(dict(test="many", tls=False, size=256, conns=conns, count=int(90000 * scale)))
    out.append(dict(test="rate", tls=False, size=256, conns=64, count=int(8000 * scale), rate=4000))
    for tls in (False, True):
        out.append(dict(test="churn", tls=tls, size=128, conns=16, count=int(3000 * scale)))
    for tls in (False, True):
        out.append(dict(test="secrets", tls=tls, size=128, conns=16, count=int(3000 * scale), secrets=128))
    return out


def label(c):
    n = {"down": "download", "up": "upload", "echo": "ping-pong", "many": "ping-pong", "rate": "ping-pong %d/s" % c.get("rate", 0),
         "churn": "handshakes", "secrets": "handshakes, %d secrets," % c.get("secrets", 1)}[c["test"]]
    return "%s %s%s c=%d" % (n, "" if c["test"] in ("churn", "secrets") else "%d B " % c["size"], "tls" if c["tls"] else "plain", c["conns"])


# A relay needs two descriptors per client, and 20,000 are what many machines allow.
RELAY_CLIENTS = 7000
# Seconds before memory at rest is read: programs that give memory back do it when a burst is over.
REST = 15


def possible(spec, cell):
    if spec["kind"] == "relay":
        return not cell["tls"] and cell["test"] != "secrets" and cell["conns"] <= RELAY_CLIENTS
    return not cell["tls"] or "tls_cmd" in spec


def complain(p, what, r):
    if r["failed"] or r["bad_payload"] or r["bad_seq"] or r["error"]:
        print("  ! %s %s: %s" % (p.name, what, {k: r[k] for k in ("failed", "bad_payload", "bad_seq", "error")}), file=sys.stderr)


def run_cell(p, c):
    kw = dict(conns=c["conns"], size=c["size"], timeout=60)
    if c["test"] in ("down", "up"):
        r = p.measure(c["test"], bytes=c["bytes"], **kw)
        moved = r["rx_bytes"] if c["test"] == "down" else r["tx_bytes"]
        r["cost"] = r["cpu_s"] / (moved / 2**30)
        r["speed"] = moved / r["seconds"] / MIB
    else:
        if c["test"] == "rate":
            kw["rate"] = c["rate"]
        if c["conns"] > 1000:
            kw.update(src_ips=8)
        r = p.measure("churn" if c["test"] in ("churn", "secrets") else "echo", count=c["count"], **kw)
        r["cost"] = r["cpu_s"] * 1e6 / c["count"]
        r["speed"] = c["count"] / r["seconds"]
        if c["conns"] > 1000:
            settle(p.pids())  # the ends of so many connections are not to be part of the next cell
    complain(p, label(c), r)
    return r


def run_fresh(test, spec, tls, workdir, mtload):
    """One repetition of a test that needs a process of its own."""
    p = Proxy(spec, tls, workdir, mtload)
    try:
        res = dict(start_s=p.start_s, start_cpu_s=p.start_cpu_s)
        if test == "cold":
            r = p.measure("down", bytes=64 * MIB, conns=16, size=1400, timeout=60)
            complain(p, test, r)
            res.update(cold_cpu_s=r["cpu_s"], cold_s=r["seconds"])
        if test == "garbage":
            jvms = java_processes(p.pids())
            for work, kw in (("echo", dict(count=1000000)), ("down", dict(bytes=1400 * 1000000))) if jvms else ():
                res[work] = garbage(p, jvms, work, kw)
    finally:
        stop_s = p.close()
    res["stop_s"] = stop_s
    return res


def garbage(p, jvms, work, load):
    """Bytes allocated while 64 clients come and a million messages pass, after a quarter of that as warm-up.

    A short run subtracted to leave out the coming would be worse: pools grow and shrink by more than the rest is."""
    kw = dict(conns=64, size=1400 if work == "down" else 256, timeout=120)
    p.measure(work, **{k: v // 4 for k, v in load.items()}, **kw)
    a0 = allocated(jvms)
    complain(p, "garbage " + work, p.measure(work, **load, **kw))
    return allocated(jvms) - a0


def idle(spec, workdir, mtload, levels):
    """Memory with nobody and with n idle clients; CPU while they idle."""
    p = Proxy(spec, False, workdir, mtload)
    res = dict(levels={})
    try:
        settle(p.pids())
        time.sleep(REST)
        res["base"] = memory(p.pids())
        for n in levels:
            if n and (spec["kind"] != "relay" or n <= RELAY_CLIENTS):
                res["levels"][n] = idle_level(p, n, res["base"])
                settle(p.pids())
    finally:
        p.close()
    return res


def idle_level(p, n, base):
    c = subprocess.Popen(p.client("idle", conns=n, sync=True, src_ips=8, burst=64, hold=3, timeout=90), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        ready = c.stdout.readline().split()
        if len(ready) < 3:
            raise RuntimeError("the idle client with %d connections ended without an answer" % n)
        pids = p.pids()
        time.sleep(REST)
        c0, t0 = cpu_seconds(pids), time.monotonic()
        time.sleep(3)
        idle_cpu = (cpu_seconds(pids) - c0) / (time.monotonic() - t0)
        m = memory(pids)
        m.update(up=int(ready[1]), failed=int(ready[2]), idle_cpu=idle_cpu)
        m["kib_per_conn"] = (m["pss_kib"] - base["pss_kib"]) / max(1, m["up"])
        c.stdin.close()
        c.stdout.close()
        c.wait(30)
        return m
    finally:
        if c.poll() is None:
            c.kill()
            c.wait()
