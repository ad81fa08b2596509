package cmd

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/token"
)

// wrongClocks adds APIs that judge the times of a token by a clock of their own, and
// say the time by it: /clock/-3m is three minutes behind. One does so from a store. The
// words are those of Flask-JWT-Extended and PyJWT. And one takes lines of 8 KiB.
func wrongClocks(mux *http.ServeMux) {
	mux.HandleFunc("/clock/{skew}", func(w http.ResponseWriter, r *http.Request) {
		skew, err := time.ParseDuration(r.PathValue("skew"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		now := time.Now().Add(skew)
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
		status, message := judged(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), now)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"msg": message})
	})
	mux.HandleFunc("/small", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "nginx/1.22.1")
		field := r.Header.Get("Authorization")
		switch {
		case len("Authorization: ")+len(field) > 8192:
			http.Error(w, "<center>Request Header Or Cookie Too Large</center>", http.StatusBadRequest)
		case field == "":
			http.Error(w, "Unauthorized", http.StatusUnauthorized)
		default:
			http.Error(w, "Forbidden", http.StatusForbidden)
		}
	})
	mux.HandleFunc("/shut", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "nginx/1.22.1")
		if len(r.Header.Get("Authorization")) > 4096 {
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, "<h1>502 Bad Gateway</h1>")
			return
		}
		http.Error(w, "Unauthorized", http.StatusUnauthorized)
	})
}

func judged(compact string, now time.Time) (status int, message string) {
	if compact == "" {
		return http.StatusUnauthorized, "Missing Authorization Header"
	}
	t, err := token.Parse(compact)
	if err != nil {
		return http.StatusUnprocessableEntity, "Not enough segments"
	}
	at := func(claim string) time.Time {
		value, _ := t.Claims.Get(claim)
		date, _ := token.NumericDate(value)
		return date
	}
	switch {
	case at("iat").After(now):
		return http.StatusUnprocessableEntity, "The token is not yet valid (iat)"
	case !at("exp").After(now):
		return http.StatusUnauthorized, "Token has expired"
	}
	return http.StatusOK, "hello"
}
