#!/usr/bin/env bash
# Installs Chromium for the browser tests where it is missing and this user may install packages.
set -u
command -v chromium >/dev/null 2>&1 && exit 0
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
    echo "Chromium is not installed; browser tests will be skipped (install the package 'chromium')"
    exit 0
fi
apt-get -qq update && apt-get -qq -y install --no-install-recommends chromium >/dev/null ||
    echo "Chromium could not be installed; browser tests will be skipped"
