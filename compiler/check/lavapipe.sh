#!/bin/sh
# lavapipe.sh FOLDER: puts Mesa's software Vulkan driver (with shader-f16) and npm's `webgpu` (Dawn for Node) in FOLDER.
# Debian 12's own Mesa lacks a feature which Dawn needs, so the driver comes from bookworm-backports. Nothing is
# installed outside FOLDER.
set -eu
folder=$(mkdir -p "$1" && cd "$1" && pwd)
mirror=$(apt-cache policy | awk '$3 == "bookworm/main" { print $2; exit }')
mkdir -p "$folder/lists/partial" "$folder/archives/partial" "$folder/mesa"
cat > "$folder/sources.list" <<EOF
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm-backports main
EOF
apt() {
  apt-get -qq -o Dir::Etc::SourceList="$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$folder/lists" -o Dir::Cache::Archives="$folder/archives" -o Debug::NoLocking=1 \
    -o APT::Sandbox::User=root "$@"
}
apt update
apt install --yes --no-install-recommends --download-only -t bookworm-backports mesa-vulkan-drivers libvulkan1
for package in "$folder"/archives/*.deb; do
  dpkg -x "$package" "$folder/mesa"
done
cd "$folder"
[ -f package.json ] || echo '{ "private": true }' > package.json
npm install --silent --no-save webgpu@0.6.2
