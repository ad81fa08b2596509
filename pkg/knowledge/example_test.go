package knowledge_test

import (
	"fmt"
	"testing/fstest"

	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

func ExampleBase_Identify() {
	// One file for one answer of one product.
	files := fstest.MapFS{"fingerprints/flask-jwt.header-missing.json": {Data: []byte(`{
		"id": "flask-jwt.header-missing",
		"product": "flask-jwt",
		"name": "Flask-JWT",
		"family": "python",
		"layer": "app",
		"says": "header-missing",
		"scheme": "JWT",
		"match": {"status": [401], "body": ["\"Request does not contain an access token\""]},
		"yes": [{"status": 401, "header": [], "body": "{\"description\":\"Request does not contain an access token\"}"}],
		"no": [{"status": 401, "header": [], "body": "{\"description\":\"Unsupported authorization type\"}"}],
		"source": ["mattupstate/flask-jwt:flask_jwt/__init__.py"]
	}`)}}
	base, err := knowledge.Load(files, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := wire.Response{Status: 401, Body: `{"status_code":401,"description":"Request does not contain an access token"}`}
	for _, f := range base.Identify(&answer) {
		fmt.Printf("%s says %s (it wants the scheme %s)\n", f.Name, f.Says, f.Scheme)
		if f.Conclusive() {
			fmt.Println("and says so for no other reason")
		}
	}
	// Output:
	// Flask-JWT says header-missing (it wants the scheme JWT)
	// and says so for no other reason
}
