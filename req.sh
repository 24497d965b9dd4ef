rm -rf /tmp/w-found/u/into; mkdir /tmp/w-found/u/into
echo '{"archive":"/tmp/w-found/u/n.tar","into":"/tmp/w-found/u/into","bytes-max":1000000,"entries-max":1000,"exclude":[]}' | $1 internal-unpack
