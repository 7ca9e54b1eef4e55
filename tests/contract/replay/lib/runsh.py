"""docker/run.sh: the script's text with its absolute paths redirected, curl/ip/sleep/mtproto-proxy replaced by stubs."""
import os
import re
import shutil
import subprocess

from . import compare

ROOTS = {"/data": "data", "/etc/telegram": "etc", "/usr/local/bin/mtproto-proxy": "bin/mtproto-proxy"}
CURL = """#!/bin/bash
echo "$*" >> "%(dir)s/curl"
out=""; want=""
for a in "$@"; do
  if [ -n "$want" ]; then out="$a"; want=""; continue; fi
  case "$a" in -o|--output) want=1;; -o*) out="${a#-o}";; --output=*) out="${a#--output=}";; esac
done
case "$*" in
  *getProxyConfig*) %(config)s;;
  *getProxySecret*) %(password)s;;
  *) printf %%s "%(ip)s";;
esac
"""
PASSWORD_OK = 'if [ -n "$out" ]; then head -c128 /dev/zero > "$out"; fi'
CONFIG_OK = 'if [ -n "$out" ]; then echo "proxy 127.0.0.1:1;" > "$out"; else echo "proxy 127.0.0.1:1;"; fi'


def run(box, case, expect):
    d, stubs, failures = box.dir, case["stubs"], []
    for sub in ("bin", "etc"):
        os.mkdir(f"{d}/{sub}")
    # one pass, so that a temporary directory whose own name contains /data is harmless
    expr = "|".join(f"{re.escape(k)}(?![A-Za-z0-9_-])" for k in sorted(ROOTS, key=len, reverse=True))
    with open(box.options.run_sh) as f:
        script = re.sub(expr, lambda m: f"{d}/{ROOTS[m.group()]}", f.read())
    with open(f"{d}/run.sh", "w") as f:
        f.write(script)

    def stub(name, text):
        with open(f"{d}/bin/{name}", "w") as f:
            f.write(text)
        os.chmod(f"{d}/bin/{name}", 0o755)
    stub("mtproto-proxy", f'#!/bin/bash\nprintf "%s\\n" "$@" > "{d}/argv"\n')
    stub("sleep", "#!/bin/bash\nexit 0\n")
    stub("curl", CURL % {"dir": d, "ip": stubs["external_ip"], "password": stubs.get("curl_password", PASSWORD_OK),
                         "config": CONFIG_OK if stubs["curl_config"] == "ok" else stubs["curl_config"]})
    stub("ip", f'#!/bin/bash\nprintf "%s\\n" "{stubs["route_line"]}"\n')
    if case["id"].endswith("data-unwritable"):          # recorded with a plain file in the place of /data
        open(f"{d}/data", "w").close()
    for name, content in case["files"].items():
        root = next((k for k in ROOTS if name.startswith(k)), None)
        target = ROOTS[root] + name[len(root):] if root else name.lstrip("/")
        os.makedirs(os.path.dirname(f"{d}/{target}"), exist_ok=True)
        box.write(target, content)
    env = {"PATH": f"{d}/bin:/usr/bin:/bin", "LC_ALL": "C"}
    env.update(case["env"])
    try:
        p = subprocess.run([shutil.which("bash") or "/bin/bash", f"{d}/run.sh", *case["argv"][2:]], env=env, cwd=d, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30 * box.slow)
    except subprocess.TimeoutExpired:
        return ["run.sh did not end"]

    def restore(text):
        for k, v in ROOTS.items():
            text = text.replace(f"{d}/{v}", k)
        return text.replace(f"{d}/run.sh", "/run.sh")

    def file(name):
        raw = box.read(name)
        return None if raw is None else restore(raw.replace("\r\n", "\n").replace("\r", "\n"))
    out, argv = restore(p.stdout.decode("latin1")), file("argv")
    if p.returncode != expect["exit_code"]:
        failures.append(f"exit {p.returncode}, expected {expect['exit_code']}: {compare.tail(p.stderr.decode('latin1')) or compare.tail(out)}")
    lines = out.replace("\r", "\n").splitlines()
    for wanted in expect.get("stdout_contains", []):
        if wanted not in lines:
            failures.append(f"stdout lacks the line {compare.shorten(wanted)!r}")
    order = [lines.index(x) for x in expect.get("stdout_contains", []) if x in lines]
    if order != sorted(order):
        failures.append("stdout lines are in another order")
    got = argv.splitlines() if argv is not None else None
    if got != expect.get("proxy_argv"):
        failures.append(f"proxy started with {got}, expected {expect.get('proxy_argv')}")
    if expect.get("proxy_argv") and not os.path.exists(f"{d}/etc/backend.conf"):
        failures.append("the downloaded config is not at /etc/telegram/backend.conf")
    if "password_size" in expect:
        got = len(file("etc/hello-explorers-how-are-you-doing") or "")
        if got != expect["password_size"]:
            failures.append(f"the password file has {got} bytes, expected {expect['password_size']}")
    for key, name in (("data_secret", "data/secret"), ("data_secret_cmd", "data/secret_cmd")):
        if key in expect and file(name) != expect[key]:
            failures.append(f"/{name} is {compare.shorten(repr(file(name)))}, expected {compare.shorten(repr(expect[key]))}")
    if expect["exit_code"] == 1 and "data_secret_cmd" not in expect and file("data/secret_cmd") is not None:
        failures.append("/data/secret_cmd was written although the secrets were refused")
    return failures
