package serve

import (
	"net/http"
	"time"
)

// Stripped hands requests on without their Authorization header: what [Stripping]
// does, within one server.
func Stripped(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.Header.Del("Authorization")
		h.ServeHTTP(w, r)
	})
}

// Slow hands requests on after a while, unless who asked has gone by then.
func Slow(delay time.Duration, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The time in which all of a request must have arrived is not over meanwhile:
		// net/http would take that for a client that has gone.
		connection := http.NewResponseController(w)
		_ = connection.SetReadDeadline(time.Time{}) // some have none, in tests
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-r.Context().Done():
		case <-timer.C:
			_ = connection.SetReadDeadline(time.Now().Add(bodyTimeout))
			h.ServeHTTP(w, r)
		}
	})
}

// Failing answers everything with one status, as a server in trouble does.
func Failing(status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "1") // second; RFC 9110 §10.2.3
		}
		if status == http.StatusNoContent || status == http.StatusNotModified { // which have no body
			w.WriteHeader(status)
			return
		}
		answerJSON(w, status, struct {
			Message string `json:"message"`
		}{"this answer was asked for when the server was started"})
	})
}
