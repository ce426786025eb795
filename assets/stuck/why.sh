#!/bin/sh
# Lets two programs hang, and asks why they do. Everything ends with this script.
trap 'pkill -KILL -s 0' HUP INT TERM
python=$1
cd "$(dirname "$0")" || exit
make --silent all &
make=$!
"$python" -c 'import subprocess; subprocess.Popen(["seq", "99999"], stdout=-1).wait()' &
seq=$!
while ! grep -qs pipe /proc/$make/wchan || ! grep -qs do_wait /proc/$seq/wchan; do sleep 0.1; done
echo "\$ ipcviz why $make $seq"
"$python" -m ipcviz why "$make" "$seq"
printf '$ '
sleep 1000 & wait
