//go:build unix

package keysource

import (
	"io/fs"
	"os"
	"syscall"
)

// exposed says, as a predicate, why others could write to a directory; "" if only
// we can.
func exposed(info fs.FileInfo) string {
	switch owner, ok := info.Sys().(*syscall.Stat_t); {
	case !ok || int(owner.Uid) != os.Geteuid():
		return "belongs to another user"
	case info.Mode().Perm()&0o077 != 0:
		return "is open to other users"
	}
	return ""
}
