"""One running proxy with its fake Telegram, and the loads that mtload puts on it."""
import hashlib, json, os, shlex, signal, socket, subprocess, time
from processes import cpu_seconds, end, listen_ports, memory, switches, tree

DOMAIN = "localhost"
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def secrets(n):
    """n secrets, always the same; clients use the last one: the proxy tries all of them."""
    return [hashlib.md5(b"secret %d" % (n - i)).hexdigest() for i in range(n)]


class Proxy:
    def __init__(self, spec, tls, workdir, mtload, n_secrets=1):
        self.spec, self.tls, self.mtload = spec, tls, mtload
        self.name = spec["name"]
        self.secrets = secrets(n_secrets)
        self.dir = os.path.join(workdir, "%s-%s-%d" % (self.name, "tls" if tls else "plain", time.monotonic_ns()))
        os.mkdir(self.dir)
        self.port, self.aux, self.up_port = listen_ports(3)
        sub = self.files()
        self.start_upstream(sub["pxsecret"])
        cmd = shlex.split(os.path.expandvars(spec["tls_cmd" if tls else "cmd"]).format(**sub))
        self.log = open(os.path.join(self.dir, "log"), "wb")
        self.t0 = time.monotonic()
        try:
            self.p = subprocess.Popen(cmd, stdout=self.log, stderr=subprocess.STDOUT, env=dict(os.environ, **spec.get("env", {})), cwd=self.dir)
        except OSError as e:
            self.up.kill()
            self.up.wait()
            raise RuntimeError("%s: cannot start: %s" % (self.name, e))
        try:
            self.start_s = self.wait_ready(spec.get("ready_s", 20))
            self.start_cpu_s = cpu_seconds(tree(self.p.pid))
        except BaseException:
            self.close()
            raise

    def files(self):
        """Writes what the command line names; returns the values of the placeholders."""
        px = os.path.join(self.dir, "proxy-secret")
        with open(px, "wb") as f:
            f.write(os.urandom(128))
        conf = os.path.join(self.dir, "upstreams.conf")
        with open(conf, "w") as f:
            f.write("default 2;\n" + "".join("proxy_for %d 127.0.0.1:%d;\n" % (d, self.up_port) for d in (1, 2, 3, 4, 5)))
        sub = dict(port=self.port, aux=self.aux, up=self.up_port, secrets=" ".join("-S " + s for s in self.secrets),
                   secret=self.secrets[-1], domain=DOMAIN, pxsecret=px, conf=conf, dir=self.dir, root=ROOT)
        for name, text in self.spec.get("files", {}).items():
            with open(os.path.join(self.dir, name), "w") as f:
                f.write(text.format(**sub))
        return sub

    def start_upstream(self, px):
        up = [self.mtload, "backend", "--proxy-secret", px] if self.spec["kind"] == "middle" else [self.mtload, "dc"]
        # else its malloc gives memory back and asks for it again for each large answer, which bounds the download
        keep = dict(os.environ, MALLOC_TRIM_THRESHOLD_="4000000000", MALLOC_MMAP_THRESHOLD_="4000000000",
                    MALLOC_TOP_PAD_="16000000")
        self.up = subprocess.Popen(up + ["--listen", "127.0.0.1:%d" % self.up_port], stdout=subprocess.PIPE, text=True,
                                   env=keep)
        self.up.stdout.readline()

    def secret(self):
        if self.spec["kind"] == "relay":
            return "none"
        return "ee" + self.secrets[-1] + DOMAIN.encode().hex() if self.tls else "dd" + self.secrets[-1]

    def wait_ready(self, limit):
        while time.monotonic() - self.t0 < limit:
            if self.p.poll() is not None:
                with open(self.log.name, errors="replace") as f:
                    raise RuntimeError("%s: exited with %s: %s" % (self.name, self.p.returncode, f.read()[-500:]))
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
            except OSError:
                time.sleep(0.003)
                continue
            r = subprocess.run(self.client("churn", conns=1, count=1, size=128, timeout=0.1), stdout=subprocess.PIPE)
            if r.returncode == 0:
                return time.monotonic() - self.t0
        raise RuntimeError("%s: not serving after %s s, see %s" % (self.name, limit, self.log.name))

    def client(self, work, **kw):
        a = [self.mtload, "client", "--connect", "127.0.0.1:%d" % self.port, "--secret", self.secret(), "--work", work]
        for k, v in kw.items():
            a += ["--" + k.replace("_", "-")] + ([] if v is True else [str(v)])
        return a

    def pids(self):
        return tree(self.p.pid)

    def measure(self, work, **kw):
        """Opens the connections, then runs the load: CPU and switches are those of the load alone."""
        c = subprocess.Popen(self.client(work, sync=True, **kw), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            ready = c.stdout.readline().split()
            if not ready or ready[0] != "READY":
                raise RuntimeError("%s: client did not get ready" % self.name)
            pids = self.pids()
            u0 = cpu_seconds([self.up.pid])
            s0, c0 = switches(pids), cpu_seconds(pids)
            c.stdin.write("\n")
            c.stdin.flush()
            line = c.stdout.readline()
            c1 = cpu_seconds(pids)
            s1 = switches(pids)
            r = json.loads(line)
            r.update(cpu_s=c1 - c0, switches=s1 - s0, upstream_cpu_s=cpu_seconds([self.up.pid]) - u0, **memory(pids))
            c.stdin.write("\n")
            c.stdin.close()
            c.wait(20)
            return r
        finally:
            if c.poll() is None:
                c.kill()
                c.wait()

    def close(self):
        """Returns the seconds that the proxy took to stop."""
        s = end(self.p)
        self.up.send_signal(signal.SIGTERM)
        try:
            self.up.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            self.up.kill()
            self.up.communicate()
        self.log.close()
        return s
