// Command jwt signs, decodes and verifies JSON Web Tokens, and finds out
// whether a deployed API ever sees the Authorization header.
package main

import (
	"os"

	"github.com/jwt-toolkit/jwt/cmd"
)

func main() { os.Exit(cmd.Main()) }
