"""The result as Markdown: medians, and in brackets the ratio to the first proxy."""
import statistics

CELLS = [
    ("CPU cost of bulk", "CPU-s per GiB", lambda r: r["cost"], ("down", "up"), "%.2f"),
    ("CPU cost of requests and handshakes", "CPU-us each", lambda r: r["cost"], ("echo", "many", "rate", "churn", "secrets"), "%.1f"),
    ("Throughput of bulk", "MiB/s", lambda r: r["speed"], ("down", "up"), "%.0f"),
    ("Rate of requests and handshakes", "per s", lambda r: r["speed"], ("echo", "many", "churn", "secrets"), "%.0f"),
    ("Latency p50", "us", lambda r: r["lat_us"]["p50"], ("echo", "rate", "churn", "secrets"), "%.0f"),
    ("Latency p99", "us", lambda r: r["lat_us"]["p99"], ("echo", "rate", "churn", "secrets"), "%.0f"),
    ("Context switches", "per 1000 messages", lambda r: r["switches"] * 1000.0 / max(1, r["rx_msgs"] + r["tx_msgs"]), ("down", "up", "echo", "rate"), "%.0f"),
    ("Memory after the run", "PSS MiB", lambda r: r["pss_kib"] / 1024, ("down", "up", "echo", "many", "churn"), "%.0f"),
]
FRESH = [
    ("start", "start to first served request, s", lambda r: r["start_s"], "%.3f"),
    ("start", "CPU-s until then", lambda r: r["start_cpu_s"], "%.3f"),
    ("start", "stop, s", lambda r: r["stop_s"], "%.3f"),
    ("cold", "CPU-s of the first 64 MiB (download 1400 B)", lambda r: r["cold_cpu_s"], "%.3f"),
    ("cold", "seconds they took", lambda r: r["cold_s"], "%.3f"),
    ("garbage", "KiB allocated per million ping-pongs of 256 B", lambda r: r["echo"] / 1024, "%.0f"),
    ("garbage", "KiB allocated per million packets of 1400 B down", lambda r: r["down"] / 1024, "%.0f"),
]


def median(runs, pick):
    v = [pick(r) for r in runs if r]
    return statistics.median(v) if v else None


def row(title, values, fmt):
    base = values[0]
    return "| %s | %s |" % (title, " | ".join("-" if v is None else fmt % v + (" (%.2f)" % (v / base) if base else "") for v in values))


def head(out, title, names, first="workload"):
    out.append("\n%s\n" % title)
    out.append("| %s | %s |" % (first, " | ".join(names)))
    out.append("|---|" + "---|" * len(names))


def cell_tables(res, out):
    names = res["proxies"]
    for title, unit, pick, tests, fmt in CELLS:
        cs = [c for c in res["cells"] if c["test"] in tests]
        if cs:
            head(out, "%s (%s; in brackets the ratio to %s)" % (title, unit, names[0]), names)
        for c in cs:
            out.append(row(c["label"], [median(c["runs"].get(n, []), pick) for n in names], fmt))


def many_table(res, out):
    """CPU per message with many connections against few, each proxy against itself."""
    cs = sorted((c for c in res["cells"] if c["test"] == "many"), key=lambda c: c["conns"])
    if len(cs) > 1:
        few, many = cs[0], cs[-1]
        head(out, "CPU per message at %d connections against %d, each against itself" % (many["conns"], few["conns"]), res["proxies"], "ratio")
        v = [[median(c["runs"].get(n, []), lambda r: r["cost"]) for c in (many, few)] for n in res["proxies"]]
        out.append("| | %s |" % " | ".join("%.2f" % (a / b) if a and b else "-" for a, b in v))


def fresh_table(res, out):
    names = res["proxies"]
    if res["fresh"]:
        head(out, "A fresh process each time (in brackets the ratio to %s)" % names[0], names, "")
    for test, title, pick, fmt in FRESH:
        runs = res["fresh"].get(test, {})
        values = [median([r for r in runs.get(n, []) if test != "garbage" or "echo" in r], pick) for n in names]
        if any(v is not None for v in values):
            out.append(row(title, values, fmt))


def idle_table(res, out):
    names = [n for n in res["proxies"] if res["idle"].get(n)]
    if not names:
        return
    head(out, "Idle clients (in brackets the ratio to %s)" % names[0], names, "")
    out.append(row("PSS MiB with none", [median(res["idle"][n], lambda r: r["base"]["pss_kib"] / 1024) for n in names], "%.1f"))
    out.append(row("threads", [median(res["idle"][n], lambda r: r["base"]["threads"]) for n in names], "%.0f"))
    for level in res["idle"][names[0]][0]["levels"]:
        for title, pick, fmt in (("PSS MiB", lambda m: m["pss_kib"] / 1024, "%.1f"), ("KiB per client", lambda m: m["kib_per_conn"], "%.2f"),
                                 ("CPU % of a core", lambda m: m["idle_cpu"] * 100, "%.2f"), ("failed", lambda m: m["failed"], "%.0f")):
            values = [median([r["levels"].get(level) for r in res["idle"][n]], pick) for n in names]
            if title != "failed" or any(values):
                out.append(row("%s at %s" % (title, level), values, fmt))


def table(res):
    out = []
    for part in (cell_tables, many_table, fresh_table, idle_table):
        part(res, out)
    return "\n".join(out) + "\n"
