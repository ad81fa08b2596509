// Package echo is what an application itself saw of the Authorization header, never
// its value.
package echo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
)

// Handler is GET /echo.
func Handler(w http.ResponseWriter, r *http.Request) {
	var seen struct {
		Seen   bool   `json:"seen"`
		Scheme string `json:"scheme"`
		SHA256 string `json:"sha256_8"`
	}
	scheme, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if scheme != "" {
		sum := sha256.Sum256([]byte(credentials))
		seen.Seen, seen.Scheme, seen.SHA256 = true, scheme, hex.EncodeToString(sum[:4])
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(seen)
}
