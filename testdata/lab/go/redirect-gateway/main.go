// Redirect-gateway asks another service on behalf of whoever asks it. That one has
// moved, to another host: the client of net/http goes after it, and leaves the
// Authorization behind.
//
//	redirect-gateway ADDRESS SECRET-FILE SERVICE
package main

import (
	"io"
	"log"
	"net/http"
	"os"
)

func ask(w http.ResponseWriter, r *http.Request) {
	out, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+os.Args[3]+r.URL.RequestURI(), nil)
	if err != nil {
		http.Error(w, "bad gateway", http.StatusBadGateway)
		return
	}
	out.Header = r.Header.Clone()
	answer, err := http.DefaultClient.Do(out)
	if err != nil {
		http.Error(w, "bad gateway", http.StatusBadGateway)
		return
	}
	defer answer.Body.Close() //nolint:errcheck // read to its end
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}

func main() {
	log.Fatal(http.ListenAndServe(os.Args[1], http.HandlerFunc(ask))) //nolint:gosec // on loopback, for seconds
}
