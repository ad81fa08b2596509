// Package config reads settings from files: env-files, and the config file with its
// profiles.
package config

import (
	"fmt"
)

// MaxSize is the largest file that is read as settings, in bytes.
const MaxSize = 1 << 20

// An Error says where a file cannot be read, and why. It has nothing of the file's text
// but names: what stands beside a slip may be a secret.
type Error struct {
	Line   int    // from 1; 0: the file as a whole
	Column int    // from 1; 0: the line as a whole
	Name   string // of the setting it is about; may be empty
	Reason string
	There  []string // the names that there could be, if Name is none of them
}

func (e *Error) Error() string {
	place := ""
	if e.Line > 0 {
		place = fmt.Sprintf("%d: ", e.Line)
	}
	if e.Column > 0 {
		place = fmt.Sprintf("%d:%d: ", e.Line, e.Column)
	}
	if e.Name != "" {
		place += e.Name + " "
	}
	return place + e.Reason
}
