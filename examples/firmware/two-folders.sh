#!/bin/sh
# Installs the software of a charging station into one of two folders and switches between them: an installer program for
# `kerbside run --firmware-installer`. An image is a tar archive with a file `version`; docs/firmware.md tells what is asked when.
#
#   SLOTS/slot-a, SLOTS/slot-b   the software
#   SLOTS/current                a link to the one that a service manager starts; replaced as a whole
#   SLOTS/trial                  there while a slot is tried: its name and its starts so far
#
# Copy it and adapt it. With RAUC, SWUpdate or Mender the steps become `rauc install`, `rauc status mark-good` and so on.
set -eu

SLOTS=${SLOTS:-/var/lib/station-software}
STARTS_AT_MOST=3

fail() { # CODE SENTENCE: the last line of standard error goes into the message
  echo "$2" >&2
  exit "$1"
}

current() { basename "$(readlink "$SLOTS/current" 2>/dev/null || echo slot-a)"; }

other() { if [ "$(current)" = slot-a ]; then echo slot-b; else echo slot-a; fi; }

version_of() { cat "$SLOTS/$1/version" 2>/dev/null || echo unknown; }

switch_to() { # the link is replaced by rename, so that there always is one
  ln -s "$1" "$SLOTS/current.new.$$"
  mv -T "$SLOTS/current.new.$$" "$SLOTS/current"
  sync "$SLOTS"
}

keep() { # FILE TEXT: written beside and renamed, so that a power cut leaves the old or the new one
  printf '%s\n' "$2" > "$SLOTS/$1.new"
  sync "$SLOTS/$1.new"
  mv "$SLOTS/$1.new" "$SLOTS/$1"
  sync "$SLOTS"
}

tell() { # REASON, which may be empty; neither versions nor reasons contain quotes
  printf '{"slot":"%s","version":"%s"' "$(current)" "$(version_of "$(current)")"
  [ -z "$1" ] || printf ',"reason":"%s"' "$1"
  printf '}\n'
}

on_trial() { # whether the current slot is tried; sets `starts`
  read -r slot starts 2>/dev/null < "$SLOTS/trial" && [ "$slot" = "$(current)" ]
}

starting() {
  if on_trial; then
    if [ "$starts" -ge "$STARTS_AT_MOST" ]; then
      go_back "The new software was started $STARTS_AT_MOST times and was never confirmed."
    else
      keep trial "$(current) $((starts + 1))"
    fi
  fi
  tell "$(cat "$SLOTS/reason" 2>/dev/null || true)"
}

install_image() {
  [ -f "$1" ] || fail 1 "there is no image $1"
  slot=$(other)
  rm -rf "$SLOTS/$slot.new"
  mkdir -p "$SLOTS/$slot.new"
  tar -xf "$1" -C "$SLOTS/$slot.new" 2>/dev/null || fail 65 'the image is no tar archive'
  [ -s "$SLOTS/$slot.new/version" ] || fail 65 'the image has no file called version'
  rm -rf "${SLOTS:?}/$slot"
  mv "$SLOTS/$slot.new" "$SLOTS/$slot"
  sync
}

restart() { # switches to the installed image, or after a roll-back stays where the link leads
  if [ -s "$SLOTS/$(other)/version" ] && [ -n "${KERBSIDE_UPDATE:-}" ]; then
    rm -f "$SLOTS/reason"
    keep trial "$(other) 0"
    switch_to "$(other)"
  fi
  # "exits": Kerbside ends itself, and the service manager starts what the link leads to.
  printf '{"process":"%s"}\n' "${RESTART:-exits}"
}

go_back() {
  keep reason "$1"
  switch_to "$(other)"
  rm -f "$SLOTS/trial"
}

mkdir -p "$SLOTS"
verb=${1:-}
case "$verb" in
  starting) starting ;;
  install) install_image "$2" ;;
  restart) restart ;;
  confirm) rm -f "$SLOTS/trial" "$SLOTS/reason" ;;
  roll-back) if on_trial; then go_back "$(printf '%s' "$2" | tr -d '"\\' | tr -d '[:cntrl:]')"; else rm -rf "${SLOTS:?}/$(other)"; fi ;;
  discard) rm -rf "${SLOTS:?}/$(other)" ;;
  *) fail 64 "it knows no \"$verb\"" ;;
esac
sync "$SLOTS"
