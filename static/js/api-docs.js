// Shows the API's schema with Swagger UI. No validator: that would be an outside host.
"use strict";

SwaggerUIBundle({
  url: document.getElementById("api-docs").dataset.schema,
  dom_id: "#api-docs",
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
});
