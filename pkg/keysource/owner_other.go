//go:build !unix

package keysource

import "io/fs"

// exposed cannot tell: who may write to a directory is not in its mode here. Below
// a user's own directory, Windows lets only that user and administrators.
func exposed(fs.FileInfo) string { return "" }
