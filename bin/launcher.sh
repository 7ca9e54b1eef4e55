# shellcheck shell=sh
# Shared by the launchers beside this file; they source it. POSIX sh.
#
# Finds the program's jars and a JDK, builds when run from a clone whose jars are missing or old, and execs java:
# the process id, the standard streams and all other descriptors stay as they were. No JVM is started to learn its version,
# and few other programs: each costs a start 2 ms.
# They set self to their own place, without links.

MINIMUM_JAVA=25
MODULES="wire proxy tools"

say() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
  say "$*"
  exit 127
}

# Sets feature to the feature release of the JDK in folder $1, from its release file; fails when there is none.
java_feature() {
  feature=none
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        line=${line#*\"}
        feature=${line%%[!0-9]*}
        return 0
        ;;
    esac
  done < "$1/release"
  return 1
}

java_usable() {
  java_feature "$1" && [ "${feature:-0}" -ge "$MINIMUM_JAVA" ]
}

# Sets java_home to the first of these folders that will do; fails when none does.
first_java() {
  for java_home in "$@"; do
    [ -z "$java_home" ] || ! java_usable "$java_home" || return 0
  done
  return 1
}

# Sets java_home. Own variable first, and never silently past it: who sets it wants that one.
find_java() {
  if [ -n "${MTPROXY_JAVA_HOME:-}" ]; then
    java_usable "$MTPROXY_JAVA_HOME" ||
      die "MTPROXY_JAVA_HOME=$MTPROXY_JAVA_HOME is no Java $MINIMUM_JAVA or newer (found: $feature)"
    java_home=$MTPROXY_JAVA_HOME
    return
  fi
  first_java "$root/runtime" "${JAVA_HOME:-}" && return
  on_path=$(command -v java) && on_path=$(readlink -f "$on_path") || on_path=
  first_java "${on_path%/bin/java}" /usr/lib/jvm/*"$MINIMUM_JAVA"* /usr/lib/jvm/* "${JAVA25_HOME:-}" && return
  die "needs Java $MINIMUM_JAVA or newer and found none: install a JDK $MINIMUM_JAVA (Temurin or OpenJDK, any place under /usr/lib/jvm), or set MTPROXY_JAVA_HOME to its folder"
}

# Is any file under $2.. newer than file $1?
newer_than() {
  reference=$1
  shift
  [ -n "$(find "$@" -type f -newer "$reference" 2> /dev/null)" ]
}

# Sets jar to the newest $lib/$1-*.jar; fails when there is none.
find_jar() {
  jar=
  for candidate in "$lib/$1"-*.jar; do
    if [ -r "$candidate" ] && { [ -z "$jar" ] || newer_than "$jar" "$candidate"; }; then
      jar=$candidate
    fi
  done
  [ -n "$jar" ]
}

# Sets reason when the jars do not show the sources; fails when they do. The stamp is the start of the launcher's last
# good build: a jar whose content did not change is not written again.
outdated() {
  stamp=$root/target/launcher-build
  for module in $MODULES; do
    if ! find_jar "$module"; then
      reason="not built yet"
      return 0
    fi
    set -- "$root/pom.xml" "$root/$module/pom.xml" "$root/$module/src/main"
    if newer_than "$jar" "$@" && { [ ! -e "$stamp" ] || newer_than "$stamp" "$@"; }; then
      reason="sources changed in $module"
      return 0
    fi
  done
  return 1
}

# One launcher builds, the others wait for it. A lock whose owner is gone is taken over.
lock_build() {
  lock=$root/target/launcher-lock
  { mkdir -p "$root/target" && [ -w "$root/target" ]; } || die "cannot write to $root/target, and the program is $reason"
  waiting=
  until mkdir "$lock" 2> /dev/null; do
    owner=$(cat "$lock/pid" 2> /dev/null) || owner=
    if [ -z "$owner" ]; then
      # between mkdir and the line below, or left so by a crash: a minute is ample
      [ -n "$(find "$lock" -prune -mmin +1 2> /dev/null)" ] && rmdir "$lock" 2> /dev/null
    elif ! kill -0 "$owner" 2> /dev/null; then
      # move before removing: only one of those who wait gets it
      mv "$lock" "$lock.$$" 2> /dev/null && rm -rf "$lock.$$"
      continue
    elif [ -z "$waiting" ]; then
      waiting=yes
      say "waiting for the build of process $owner"
    fi
    sleep 1
  done
  echo $$ > "$lock/pid"
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 130' HUP INT TERM
}

unlock_build() {
  rm -rf "$lock"
  trap - EXIT HUP INT TERM
}

build() {
  command -v mvn > /dev/null ||
    die "the program is $reason and Maven is missing: install Maven 3.6.3 or newer (package maven), or run from a release"
  say "building in $root ($reason); the first time takes a minute and needs Maven Central"
  : > "$root/target/launcher-build.new"
  # Maven itself runs on any Java; the build takes ours, wherever it lies. Standard output belongs to the program.
  command -v java > /dev/null || export JAVA_HOME="$java_home"
  (
    cd "$root"
    JAVA25_HOME=$java_home mvn -B -q -Dstyle.color=never package -pl proxy,tools -am -Dmaven.test.skip=true \
      -Dspotless.check.skip=true
  ) >&2 < /dev/null || die "the build failed, see above; to see all of it: cd $root && mvn package"
  mv "$root/target/launcher-build.new" "$root/target/launcher-build"
  # without it the program starts as well, only slower
  [ ! -x "$root/bin/make-archive" ] || MTPROXY_BUILD=never MTPROXY_JAVA_HOME=$java_home "$root/bin/make-archive" >&2 < /dev/null || true
  say "built"
}

# Sets root, lib and java_home. MTPROXY_BUILD=never: take the jars as they are.
prepare() {
  root=${self%/bin/*}
  find_java
  lib=$root/lib
  if [ -r "$root/pom.xml" ]; then
    lib=$root/target/dist/lib
    if [ "${MTPROXY_BUILD:-}" != never ] && outdated; then
      lock_build
      # another launcher may have done it meanwhile
      outdated && build
      unlock_build
    fi
  fi
}

# The JVM of the daemon. Small and steady memory: one collector thread, a heap that shrinks at once, small stacks, and as bound of
# the heap half of what the machine or container has, but 512 MiB at most (for this JVM no machine has more than 1 GiB). C2 stays
# on: without it AES costs 28 times as much. Code is first compiled at its 1,000th call, not at its 200th: at the start, where the
# compiler takes the processor from what it compiles, that saves a tenth, and later it costs nothing. The descriptor limit is the
# program's own business: it decides how many connections fit. A class archive fits only these flags.
DAEMON_FLAGS="-XX:+UseSerialGC -Xms8m -XX:MaxRAM=1g -XX:MaxRAMPercentage=50 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:-ShrinkHeapInSteps
  -XX:Tier3InvocationThreshold=1000 -XX:Tier3MinInvocationThreshold=500 -XX:Tier3CompileThreshold=4000
  -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError -Xss256k -XX:-UsePerfData -XX:-MaxFDLimit --enable-native-access=ALL-UNNAMED"

# Sets archive to where the class archive of the jars in class_path belongs. Its name has their checksums: the JVM itself
# only compares size and time, and refuses what another JVM has made.
class_archive() {
  IFS=:
  # shellcheck disable=SC2086 # the jars
  sums=$(cksum $class_path)
  unset IFS
  archive=$lib/mtproto-proxy
  while read -r sum _; do
    archive=$archive-$sum
  done << SUMS
$sums
SUMS
  archive=$archive.jsa
}

# Sets class_path to the jars named, in this order.
class_path() {
  class_path=
  for name in "$@"; do
    find_jar "$name" || die "$name-*.jar is missing in $lib: the installation is incomplete"
    class_path=${class_path:+$class_path:}$jar
  done
}
