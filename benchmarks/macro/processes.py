"""What the kernel and the JVM tell of processes: CPU, memory, bytes allocated; and how one is ended."""
import os, re, signal, socket, subprocess, time


def tree(pid):
    """The process and all that descend from it."""
    kids = {}
    for d in os.listdir("/proc"):
        if d.isdigit():
            try:
                with open("/proc/%s/stat" % d) as f:
                    s = f.read()
                kids.setdefault(int(s[s.rindex(")") + 2:].split()[1]), []).append(int(d))
            except OSError:
                pass
    out, todo = [], [pid]
    while todo:
        p = todo.pop()
        out.append(p)
        todo += kids.get(p, [])
    return out


def cpu_seconds(pids):
    """Nanosecond CPU clocks of whole processes, all their threads included."""
    t = 0.0
    for p in pids:
        try:
            t += time.clock_gettime(((~p) << 3) | 2)
        except OSError:
            pass
    return t


def switches(pids):
    v = 0
    for p in pids:
        try:
            for t in os.listdir("/proc/%d/task" % p):
                with open("/proc/%d/task/%s/status" % (p, t)) as f:
                    v += sum(int(l.split()[1]) for l in f if "ctxt_switches" in l)
        except OSError:
            pass
    return v


def memory(pids):
    rss = pss = fds = threads = 0
    for p in pids:
        try:
            with open("/proc/%d/smaps_rollup" % p) as f:
                for l in f:
                    if l.startswith("Rss:"):
                        rss += int(l.split()[1])
                    elif l.startswith("Pss:"):
                        pss += int(l.split()[1])
            fds += len(os.listdir("/proc/%d/fd" % p))
            threads += len(os.listdir("/proc/%d/task" % p))
        except OSError:
            pass
    return dict(rss_kib=rss, pss_kib=pss, fds=fds, threads=threads)


def java_processes(pids):
    """Those that are a JVM, each with the jcmd of its JDK."""
    out = []
    for p in pids:
        exe = os.readlink("/proc/%d/exe" % p)
        if os.path.basename(exe) == "java":
            out.append((p, os.path.join(os.path.dirname(exe), "jcmd")))
    return out


UNITS = {"B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def allocated(jvms):
    """Bytes that the Java threads now alive have allocated since they began, exact to 1 KiB up to 100 MiB each.

    The thread that answers jcmd is left out, and so are threads without a Java stack (compiler, collector)."""
    total = 0
    for pid, jcmd in jvms:
        text = subprocess.run([jcmd, str(pid), "Thread.print", "-e"], stdout=subprocess.PIPE, text=True, check=True).stdout
        for line in text.splitlines():
            m = re.search(r' allocated=(\d+)([BKMG]) ', line)
            if m and not line.startswith('"Attach Listener"'):
                total += int(m[1]) * UNITS[m[2]]
    return total


def settle(pids, limit=5.0):
    """Waits until the processes have used less than 2 % of a core for 0.2 s: what the last load left is worked off."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        c = cpu_seconds(pids)
        time.sleep(0.2)
        if cpu_seconds(pids) - c < 0.004:
            return


def listen_ports(n):
    """Ports below the ephemeral range, so that outgoing connections cannot take them."""
    out, p = [], 20000 + os.getpid() % 5000
    while len(out) < n:
        p += 1
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("0.0.0.0", p))
                out.append(p)
            except OSError:
                pass
    return out


def end(p, limit=10.0):
    """Stops a process we started; returns the seconds it took."""
    t = time.monotonic()
    if p.poll() is None:
        p.send_signal(signal.SIGTERM)
        try:
            p.wait(limit)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()
    return time.monotonic() - t
