#!/usr/bin/env python3
"""Interleaved benchmark of MTProto proxies with mtload; see README.md beside this file.

The unit of cost is the CPU time (user+system, whole process tree, all threads) that the proxy's
own processes used while a fixed amount of work was done; wall-clock figures are reported too but
depend on what else runs on the machine.  The first proxy in the list is the base of the ratios.
"""
import argparse, json, os, resource, sys, tempfile
import report, workloads
from proxy import HERE, Proxy

TESTS = ("down", "up", "echo", "many", "rate", "churn", "secrets", "start", "cold", "garbage", "idle")


def arguments():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--proxies", default=os.path.join(HERE, "proxies.example.json"), help="what to compare (proxies.example.json)")
    ap.add_argument("--only", default="", help="names of the list to run, in this order: the first is the base of the ratios")
    ap.add_argument("--tests", default=",".join(TESTS), help="which parts to run (%(default)s)")
    ap.add_argument("--sizes", default="", help="only these payload sizes of down and up, for example 1400,16384")
    ap.add_argument("--tls", choices=("both", "no", "only"), default="both", help="fake TLS: both, no, only")
    ap.add_argument("--reps", type=int, default=3, help="repetitions (3)")
    ap.add_argument("--warm", type=int, default=1, help="repetitions before, not counted, for the tests that share a process (1)")
    ap.add_argument("--scale", type=float, default=1.0, help="times the work of each cell (1.0)")
    ap.add_argument("--idle", default="0,1000,10000", help="numbers of idle clients (0,1000,10000)")
    ap.add_argument("--mtload", default=os.path.join(HERE, "mtload", "mtload"), help="the load generator, built with make")
    ap.add_argument("--out", default="results", help="writes OUT.json and OUT.md (results)")
    return ap.parse_args()


def chosen(a):
    """The proxies, tests and cells that were asked for."""
    with open(a.proxies) as f:
        specs = json.load(f)
    known = {s["name"]: s for s in specs}
    names = a.only.split(",") if a.only else list(known)
    tests = a.tests.split(",")
    for what, given, allowed in (("--only", names, known), ("--tests", tests, TESTS)):
        for g in given:
            if g not in allowed:
                sys.exit("bench.py: %s %s: expected some of %s" % (what, g, ",".join(allowed)))
    sizes = [int(s) for s in a.sizes.split(",") if s]
    cells = [c for c in workloads.cells(a.scale) if c["test"] in tests and (a.tls == "both" or c["tls"] == (a.tls == "only"))
             and (not sizes or c["test"] not in ("down", "up") or c["size"] in sizes)]
    return [known[n] for n in names], tests, cells


def key(spec, cell):
    return spec["name"], cell["tls"], cell.get("secrets", 1)


def run_cells(specs, cells, a, work):
    """The cells that share one warm process per proxy, all proxies in turn for each cell."""
    running, data = {}, [dict() for _ in cells]
    try:
        for c in cells:
            for s in specs:
                if workloads.possible(s, c) and key(s, c) not in running:
                    running[key(s, c)] = Proxy(s, c["tls"], work, a.mtload, c.get("secrets", 1))
        for rep in range(-a.warm, a.reps):
            for i, c in enumerate(cells):
                for s in specs:
                    if not workloads.possible(s, c):
                        continue
                    r = workloads.run_cell(running[key(s, c)], c)
                    if rep >= 0:
                        data[i].setdefault(s["name"], []).append(r)
            progress("cells", rep + a.warm, a.reps + a.warm)
    finally:
        for p in running.values():
            p.close()
    return [dict(c, label=workloads.label(c), runs=d) for c, d in zip(cells, data)]


def in_turn(what, specs, reps, once):
    """Runs once(spec) for each proxy in turn, reps times; one that fails is told of and left out."""
    out = {}
    for rep in range(reps):
        for s in specs:
            try:
                out.setdefault(s["name"], []).append(once(s))
            except RuntimeError as e:
                print("  ! %s %s: %s" % (what, s["name"], e), file=sys.stderr)
        progress(what, rep, reps)
    return out


def progress(what, rep, reps):
    print("%s: repetition %d of %d done" % (what, rep + 1, reps), file=sys.stderr)


def main():
    a = arguments()
    a.mtload = os.path.abspath(a.mtload)
    if not os.access(a.mtload, os.X_OK):
        sys.exit("bench.py: %s is missing: make -C %s" % (a.mtload, os.path.join(HERE, "mtload")))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    specs, tests, cells = chosen(a)
    work = tempfile.mkdtemp(prefix="bench-")
    result = dict(proxies=[s["name"] for s in specs], fresh={}, idle={})
    result["cells"] = run_cells(specs, cells, a, work)
    for t in workloads.FRESH:
        if t in tests:
            few = [s for s in specs if t != "garbage" or s.get("jvm")]
            result["fresh"][t] = in_turn(t, few, a.reps, lambda s: workloads.run_fresh(t, s, a.tls == "only", work, a.mtload))
    if "idle" in tests:
        levels = [int(x) for x in a.idle.split(",")]
        result["idle"] = in_turn("idle", specs, a.reps, lambda s: workloads.idle(s, work, a.mtload, levels))
    md = report.table(result)
    with open(a.out + ".json", "w") as f:
        json.dump(result, f, indent=1)
    with open(a.out + ".md", "w") as f:
        f.write(md)
    print(md)


if __name__ == "__main__":
    main()
